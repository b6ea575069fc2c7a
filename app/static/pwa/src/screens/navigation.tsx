/** Where one can go: a bar under the thumb on phones, a rail at the side on larger screens. */
import { state } from '../floor'
import { Icon } from '../ui/icon'
import type { IconName } from '../ui/icon-names'
import { place } from '../ui/router'
import { t } from '../ui/words'

interface Way {
  path: string
  icon: IconName
  name: string
  /** Only on the rail: a phone reaches it from home. */
  rail?: boolean
}

const ways: Way[] = [
  { path: '/', icon: 'house', name: 'home' },
  { path: '/look-up', icon: 'search', name: 'look_up' },
  { path: '/receive', icon: 'package-plus', name: 'receive', rail: true },
  { path: '/move', icon: 'arrow-right-left', name: 'move', rail: true },
  { path: '/pick', icon: 'package-minus', name: 'pick', rail: true },
  { path: '/count', icon: 'clipboard-check', name: 'count', rail: true },
  { path: '/outbox', icon: 'clipboard-list', name: 'outbox' },
  { path: '/settings', icon: 'settings', name: 'settings' },
]

const HUBS = ['/', '/look-up', '/outbox', '/settings']

export function Navigation() {
  const here = place.value.path
  return (
    <nav class={`navigation ${HUBS.includes(here) ? '' : 'rail-only'}`} aria-label={t('floor.navigation')}>
      {ways.map(({ path, icon, name, rail }) => (
        <a
          key={path}
          class={`way ${rail ? 'rail-way' : ''}`}
          href={`/floor${path === '/' ? '' : path}`}
          aria-current={here === path ? 'page' : undefined}
        >
          <span class="way-sign">
            <Icon name={icon} />
            {path === '/outbox' && !!state.unsent.value && <span class="way-count">{state.unsent.value}</span>}
          </span>
          <span>{t(`floor.${name}`)}</span>
        </a>
      ))}
    </nav>
  )
}
