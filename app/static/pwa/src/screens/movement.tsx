/** Receive, move and pick: places and goods scanned in any order, a list that grows, one confirmation. */
import { useEffect } from 'preact/hooks'
import { itemById, locationById } from '../floor'
import { ScanField } from '../scan'
import { ask } from '../ui/ask'
import { Icon } from '../ui/icon'
import { Empty } from '../ui/parts'
import { go } from '../ui/router'
import { Screen } from '../ui/screen'
import { t } from '../ui/words'
import { atPlace, emptyMovement, type Purpose } from './drafts/movement-draft'
import { Ends } from './parts/ends'
import { FindItem } from './parts/find-item'
import { LineRow } from './parts/line-row'
import { ConfirmMovement } from './parts/confirm-movement'
import { MovementSheets } from './parts/movement-sheets'
import { useNames } from './parts/names'
import { mayCapture, NotAllowed } from './parts/permission'
import { useOnHand } from './parts/use-on-hand'
import { useMovement, type Movement } from './parts/use-movement'

export function MovementScreen({ purpose, query }: { purpose: Purpose; query: URLSearchParams }) {
  if (!mayCapture()) return <NotAllowed title={t(`floor.${purpose}`)} />
  return <Flow purpose={purpose} query={query} />
}

function Flow({ purpose, query }: { purpose: Purpose; query: URLSearchParams }) {
  const flow = useMovement(purpose)
  const draft = flow.draft.value
  const { lines } = draft
  const names = useNames(lines.map((line) => line.item), [draft.from, draft.to, ...lines.flatMap((line) => [line.from, line.to])])
  const onHand = useOnHand(lines)
  useStart(flow, purpose, query)
  return (
    <Screen
      title={t(`floor.${purpose}`)}
      class="flow"
      aside={lines.length > 0 && <Discard flow={flow} purpose={purpose} />}
      actions={
        <>
          <FindItem label={t('floor.find_item')} onFind={() => (flow.over.value = { kind: 'item', text: '', reading: null })} />
          <ConfirmMovement flow={flow} names={names} />
        </>
      }
    >
      <div class="columns scan-columns">
        <div class="stack">
          <Ends flow={flow} names={names} />
          <ScanField label={t(`floor.scan_${purpose}`)} onRead={flow.read} />
        </div>
        <section class="stack close" aria-label={t('floor.lines')}>
          {lines.length === 0 ? (
            <Nothing purpose={purpose} />
          ) : (
            <ul class="card flush list lines">
              {lines.map((line) => (
                <LineRow key={line.key} line={line} flow={flow} names={names} onHand={onHand(line)} />
              ))}
            </ul>
          )}
        </section>
      </div>
      <MovementSheets flow={flow} names={names} onHand={onHand} />
    </Screen>
  )
}

function Nothing({ purpose }: { purpose: Purpose }) {
  return (
    <div class="card flow-empty">
      <Empty icon="scan-barcode" title={t(`floor.${purpose}_empty`)} text={t(`floor.${purpose}_empty_text`)} />
    </div>
  )
}

/** Begins with the item or place of the page one comes from, once: the address then forgets it. */
function useStart(flow: Movement, purpose: Purpose, query: URLSearchParams): void {
  useEffect(() => {
    const item = Number(query.get('item'))
    const place = Number(query.get('place'))
    if (!item && !place) return
    go(`/${purpose}`, {}, true)
    void locationById(place).then((found) => found && flow.change((draft) => atPlace(draft, found.id)))
    void itemById(item).then((found) => found && flow.choose(found, null))
  }, [])
}

function Discard({ flow, purpose }: { flow: Movement; purpose: Purpose }) {
  const discard = async () => {
    const answer = await ask({
      title: t('floor.discard_title'),
      text: t('floor.discard_text', { count: flow.draft.peek().lines.length }),
      answers: [{ name: 'discard', label: t('floor.discard'), danger: true }],
    })
    if (answer === 'discard') flow.begin(emptyMovement(purpose))
  }
  return (
    <button type="button" class="button quiet icon-only" aria-label={t('floor.discard')} onClick={() => void discard()}>
      <Icon name="trash-2" />
    </button>
  )
}
