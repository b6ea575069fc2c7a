/** The service worker: keeps one version of the app whole, and starts it without network. It never touches /api. */
/// <reference lib="webworker" />
export {}

declare const self: ServiceWorkerGlobalScope
/** Written in by the build: the files of this version, and a name that changes with any of them. */
declare const __KEPT__: string[]
declare const __VERSION__: string

const SHELL = '/floor'
const ASSETS = '/static/pwa/dist/assets/'
const PREFIX = 'tallyman-'
const NAME = `${PREFIX}${__VERSION__}`
/** Written in by the server, which alone knows the shell. */
const SHELL_VERSION = '__SHELL__'

self.addEventListener('install', (event) => event.waitUntil(keepAll()))
self.addEventListener('activate', (event) => event.waitUntil(dropOthers()))
self.addEventListener('message', (event) => {
  if ((event.data as { kind?: string } | null)?.kind === 'activate') void self.skipWaiting()
})
self.addEventListener('sync', (event) => event.waitUntil(wakeTabs()))
self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url)
  if (event.request.method !== 'GET' || url.origin !== self.location.origin) return
  if (isShell(event.request, url)) event.respondWith(shell(event.request))
  else if (url.pathname.startsWith(ASSETS)) event.respondWith(kept(event.request))
})

/** Everything or nothing: a shell of another version than its files would not start. */
async function keepAll(): Promise<void> {
  const cache = await caches.open(NAME)
  const page = await fetch(SHELL, { cache: 'no-store', credentials: 'omit', redirect: 'error' })
  if (!page.ok || page.headers.get('X-Shell') !== SHELL_VERSION) throw new Error('the shell is of another version')
  await cache.put(SHELL, page)
  await cache.addAll(__KEPT__)
}

async function dropOthers(): Promise<void> {
  const names = await caches.keys()
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== NAME).map((name) => caches.delete(name)))
  await self.clients.claim()
}

function isShell(request: Request, { pathname }: URL): boolean {
  return request.mode === 'navigate' && (pathname === SHELL || pathname.startsWith(`${SHELL}/`))
}

async function shell(request: Request): Promise<Response> {
  const cache = await caches.open(NAME)
  return (await cache.match(SHELL)) ?? fetch(request)
}

async function kept(request: Request): Promise<Response> {
  const cache = await caches.open(NAME)
  return (await cache.match(request, { ignoreVary: true })) ?? fetch(request)
}

/** A network came back while the app lay still: let a tab do what is to be done. */
async function wakeTabs(): Promise<void> {
  const tabs = await self.clients.matchAll({ type: 'window' })
  for (const tab of tabs) tab.postMessage({ kind: 'wake' })
}

interface SyncEvent extends ExtendableEvent {
  readonly tag: string
}

declare global {
  interface ServiceWorkerGlobalScopeEventMap {
    sync: SyncEvent
  }
}
