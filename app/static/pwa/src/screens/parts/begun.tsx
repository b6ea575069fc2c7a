/** Drafts that were begun and not confirmed yet: they wait here, also after a reload. */
import { state } from '../../floor'
import { ago, now } from '../../ui/ages'
import { Icon } from '../../ui/icon'
import type { IconName } from '../../ui/icon-names'
import { t } from '../../ui/words'
import { readDraft, type Flow } from '../drafts/draft-store'

const flows: [Flow, IconName][] = [
  ['receive', 'package-plus'],
  ['move', 'arrow-right-left'],
  ['pick', 'package-minus'],
  ['count', 'clipboard-check'],
]

export function Begun() {
  const begun = flows.flatMap(([flow, icon]) => {
    const kept = readDraft<{ lines: unknown[] }>(localStorage, flow, state.user.value?.id ?? null)
    return kept?.content.lines.length ? [{ flow, icon, at: kept.at, count: kept.content.lines.length }] : []
  })
  if (begun.length === 0) return null
  return (
    <section class="stack close">
      <h2 class="overline">{t('floor.begun')}</h2>
      <ul class="card flush list">
        {begun.map(({ flow, icon, at, count }) => (
          <li key={flow}>
            <a class="list-row" href={`/floor/${flow}`}>
              <span class="sign blue">
                <Icon name={icon} />
              </span>
              <span class="grow">
                <span class="title">{t(`floor.${flow}`)}</span>
                <span class="detail">{t('floor.begun_detail', { count, ago: ago(at, now.value) })}</span>
              </span>
              <span class="chip blue">{t('floor.go_on')}</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}
