/** The floor app begins: looks, clock, address, device, and the first screen. */
import { render } from 'preact'
import './ui/base.css'
import './screens/screens.css'
import { start } from './floor'
import { App } from './screens/app'
import { startClock } from './ui/ages'
import { startPreferences } from './ui/preferences'
import { startRouter } from './ui/router'

function begin(): void {
  const root = document.getElementById('app')
  if (!root) throw new Error('the page has no place for the app')
  startPreferences(document.documentElement, localStorage)
  startClock()
  startRouter()
  root.replaceChildren()
  render(<App />, root)
  void start()
}

begin()
