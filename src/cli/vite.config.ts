import { resolve } from 'node:path';
import { defineConfig } from 'vite';

export default defineConfig({
	root: resolve(import.meta.dirname, '../..'),
	publicDir: false,
	build: {
		ssr: 'src/cli/main.ts',
		outDir: 'build/cli',
		emptyOutDir: true,
		target: 'node20',
		minify: false,
		sourcemap: true,
		rollupOptions: { output: { entryFileNames: 'main.js', chunkFileNames: '[name]-[hash].js' } }
	}
});
