/** The frame of every screen: heading with a way back, the content, the actions under the thumb. */
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { Icon } from './icon'
import { back } from './router'
import { t } from './words'

interface ScreenProps {
  title: string
  children: ComponentChildren
  /** To the right of the heading. */
  aside?: ComponentChildren
  /** The bar at the lower edge. */
  actions?: ComponentChildren
  /** Screens that hang below another one have a way back. */
  hub?: boolean
  class?: string
}

export function Screen({ title, children, aside, actions, hub = false, class: extra = '' }: ScreenProps) {
  useEffect(() => {
    document.title = `${title} · Tallyman`
  }, [title])
  return (
    <main class={`screen ${hub ? 'hub' : ''} ${actions ? 'with-actions' : ''} ${extra}`}>
      <header class="screen-head">
        {!hub && (
          <button type="button" class="button quiet icon-only" aria-label={t('floor.back')} onClick={back}>
            <Icon name="arrow-left" />
          </button>
        )}
        <h1 class="grow">{title}</h1>
        {aside}
      </header>
      <div class="screen-body">{children}</div>
      {actions && <footer class="action-bar">{actions}</footer>}
    </main>
  )
}
