import { ASKING_ROLE_IN_WORDS } from '#lib/domain/wording.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = ({ locals: { who } }) => ({
	person: who && { name: who.name, role: ASKING_ROLE_IN_WORDS[who.role] }
});
