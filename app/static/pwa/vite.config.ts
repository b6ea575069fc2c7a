/** The front end's build: floor app, office pages, service worker, decoder worker. */
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'
import { iconSprite } from './src/ui/icon-sprite'

const BASE = '/static/pwa/dist/'
const WORKER = 'service-worker.js'
const OFFICE_ONLY = /(^|\/)office[-.]/

function here(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}

/** Writes into the service worker what it must keep, and a version that changes with any of it. */
function precache(): Plugin {
  return {
    name: 'precache',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const worker = bundle[WORKER]
      if (!worker || worker.type !== 'chunk') return
      const kept = Object.keys(bundle).filter((name) => name.startsWith('assets/') && !OFFICE_ONLY.test(name)).sort()
      const version = createHash('sha256').update(kept.join('\n')).update(worker.code).digest('hex').slice(0, 12)
      worker.code = worker.code
        .replaceAll('__KEPT__', JSON.stringify(kept.map((name) => BASE + name)))
        .replaceAll('__VERSION__', JSON.stringify(version))
    },
  }
}

export default defineConfig({
  base: BASE,
  publicDir: false,
  plugins: [iconSprite(), precache()],
  resolve: { alias: { '@words': here('../../words') } },
  server: { fs: { allow: [here('.'), here('../../words')] } },
  worker: { format: 'es' },
  build: {
    outDir: 'dist',
    manifest: true,
    target: 'es2022',
    sourcemap: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        floor: here('src/main.tsx'),
        office: here('src/office/main.ts'),
        'office-live': here('src/office/live/start.ts'),
        'service-worker': here('src/service-worker.ts'),
      },
      output: {
        entryFileNames: (chunk) => (chunk.name === 'service-worker' ? WORKER : 'assets/[name]-[hash].js'),
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
    },
  },
})
