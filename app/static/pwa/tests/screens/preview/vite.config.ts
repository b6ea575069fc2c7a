/** Serves the floor app on the fake floor, for looking at every screen without server and device. */
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'
import { iconSprite } from '../../../src/ui/icon-sprite.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Gives the small world to whoever imports the floor. */
function fakes(): Plugin {
  const floor = here('../../../src/floor')
  return {
    name: 'fakes',
    enforce: 'pre',
    async resolveId(source, importer) {
      if (!importer || !source.startsWith('.')) return null
      const target = fileURLToPath(new URL(source, `file://${importer.split('?')[0]}`))
      return target === floor ? here('../../../src/screens/testing/fake-floor.ts') : null
    },
  }
}

export default defineConfig({
  root: here('.'),
  base: '/',
  plugins: [iconSprite(), fakes()],
  resolve: { alias: { '@words': here('../../../../../words') } },
  server: { fs: { strict: false } },
  worker: { format: 'es' },
  build: { emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0 },
})
