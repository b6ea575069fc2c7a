/** What the build writes in. */
declare const __APP_VERSION__: string
