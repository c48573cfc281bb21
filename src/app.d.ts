import type { Who } from '#lib/server/session.ts';

declare global {
	namespace App {
		interface Locals {
			/** Null: nobody is signed in. `who(event)` where somebody must be. */
			who: Who | null;
			/** Also the reference a person can quote when something went wrong. */
			requestId: string;
		}
		interface Error {
			message: string;
			reference?: string;
		}
	}
}

export {};
