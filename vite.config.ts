import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig, type Plugin } from 'vite';
import { whoMayOpen } from './src/lib/domain/access.ts';

export default defineConfig({ plugins: [everyRouteHasARow(), sveltekit()] });

function everyRouteHasARow(): Plugin {
	const routes = join(import.meta.dirname, 'src/routes');
	return {
		name: 'every-route-has-a-row',
		buildStart() {
			const files = readdirSync(routes, { recursive: true, encoding: 'utf8' });
			const doors = files.filter((file) =>
				/(^|[\\/])\+(page(\.server|@[^.]*)?\.(svelte|ts|js)|server\.(ts|js))$/.test(file)
			);
			const ids = new Set(
				doors.map((file) => `/${dirname(file).replaceAll('\\', '/')}`.replace(/^\/\.$/, '/'))
			);
			const without = [...ids].filter((id) => whoMayOpen(id) === null);
			if (without.length > 0)
				this.error(`Say who may open ${without.join(', ')}: a row in PAGES of src/lib/domain/access.ts`);
		}
	};
}
