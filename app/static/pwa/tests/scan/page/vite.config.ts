/** Builds the page on which the browser tests scan: npx vite build --config tests/scan/page/vite.config.ts --outDir … */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { iconSprite } from '../../../src/ui/icon-sprite.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: here('.'),
  base: './',
  publicDir: false,
  plugins: [iconSprite()],
  resolve: { alias: { '@words': here('../../../../../words') } },
  worker: { format: 'es' },
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, emptyOutDir: true },
})
