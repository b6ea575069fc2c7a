/** Builds the page that holds nothing but the device. */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: here('.'),
  base: '/device-page/',
  publicDir: false,
  define: { __APP_VERSION__: '"test"' },
  resolve: { alias: { '@words': here('../../../../../words') } },
  build: { target: 'es2022', modulePreload: { polyfill: false } },
})
