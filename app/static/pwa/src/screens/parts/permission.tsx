/** Who may record: viewers look, everyone else captures. The server has the last word. */
import { state } from '../../floor'
import { Empty } from '../../ui/parts'
import { Screen } from '../../ui/screen'
import { t } from '../../ui/words'

export function mayCapture(): boolean {
  return state.user.value?.role !== 'viewer'
}

export function NotAllowed({ title }: { title: string }) {
  return (
    <Screen title={title}>
      <Empty icon="eye" title={t('floor.viewer_title')} text={t('floor.viewer_text')}>
        <a class="button primary" href="/floor/look-up">
          {t('floor.look_up')}
        </a>
      </Empty>
    </Screen>
  )
}
