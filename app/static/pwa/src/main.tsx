/** The floor app begins: looks, clock, address, device, and the first screen. */
import { render } from 'preact'
import './ui/base.css'
import './screens/screens.css'
import { memory } from './device/storage'
import { start } from './floor'
import { App } from './screens/app'
import { watchConnection } from './screens/late'
import { startClock } from './ui/ages'
import { startPreferences } from './ui/preferences'
import { startRouter } from './ui/router'
import { language } from './ui/spoken'

function begin(): void {
  document.documentElement.lang = language
  const root = document.getElementById('app')
  if (!root) throw new Error('the page has no place for the app')
  startPreferences(document.documentElement, memory())
  startClock()
  watchConnection()
  startRouter()
  root.replaceChildren()
  render(<App />, root)
  void start()
}

begin()
