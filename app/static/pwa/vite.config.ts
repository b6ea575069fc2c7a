/** The front end's build: floor app, office pages, service worker, decoder worker. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'
import { iconSprite } from './src/ui/icon-sprite.ts'

const BASE = '/static/pwa/dist/'
const WORKER = 'service-worker.js'
const RARE_LETTERS = /inter-(cyrillic|greek|vietnamese)/

const version = (JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as { version: string }).version

function here(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}

type Bundle = Parameters<NonNullable<Extract<Plugin['generateBundle'], (...given: never[]) => unknown>>>[1]

/** A chunk's file and everything that it brings along, now or later. */
function reach(bundle: Bundle, file: string, found = new Set<string>()): Set<string> {
  const chunk = bundle[file]
  if (found.has(file) || chunk?.type !== 'chunk') return found
  found.add(file)
  const { importedCss = [], importedAssets = [] } = (chunk as { viteMetadata?: Brought }).viteMetadata ?? {}
  for (const brought of [...importedCss, ...importedAssets]) found.add(brought)
  for (const imported of [...chunk.imports, ...chunk.dynamicImports]) reach(bundle, imported, found)
  return found
}

interface Brought {
  importedCss?: Iterable<string>
  importedAssets?: Iterable<string>
}

function entries(bundle: Bundle): { name: string; fileName: string }[] {
  return Object.values(bundle).flatMap((part) => (part.type === 'chunk' && part.isEntry ? [part] : []))
}

/** The files that the floor app needs without network: all but the office's own, and letters that it rarely shows. */
function floorFiles(bundle: Bundle): string[] {
  const floor = new Set<string>()
  const office = new Set<string>()
  for (const { name, fileName } of entries(bundle)) reach(bundle, fileName, name === 'floor' ? floor : office)
  const own = Object.keys(bundle).filter((file) => file.startsWith('assets/') && (floor.has(file) || !office.has(file)))
  return own.filter((file) => !RARE_LETTERS.test(file)).sort()
}

/** Writes into the service worker what it must keep, and a version that changes with any of it. */
function precache(): Plugin {
  return {
    name: 'precache',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const worker = bundle[WORKER]
      if (worker?.type !== 'chunk') return
      const kept = floorFiles(bundle)
      const digest = createHash('sha256').update(kept.join('\n')).update(worker.code).digest('hex').slice(0, 12)
      worker.code = worker.code
        .replaceAll('__KEPT__', JSON.stringify(kept.map((name) => BASE + name)))
        .replaceAll('__VERSION__', JSON.stringify(digest))
    },
  }
}

export default defineConfig({
  base: BASE,
  publicDir: false,
  define: { __APP_VERSION__: JSON.stringify(version) },
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
