/** An invited phone becomes a device: what it is to be called, and what will be on it. */
import { declineInvitation, join } from '../floor'
import { t } from '../ui/words'
import { AttemptEnd, useAttempt } from './parts/attempt'
import { DeviceNameField, EntranceFrame } from './parts/entrance-frame'

export function Join() {
  return (
    <EntranceFrame title={t('floor.join_title')} text={t('floor.join_text')} note={t('floor.join_note')}>
      <JoinForm />
    </EntranceFrame>
  )
}

function JoinForm() {
  const attempt = useAttempt((typed) => join(typed('device')))
  return (
    <form class="stack" onSubmit={attempt.submit}>
      <DeviceNameField hint={t('floor.join_hint')} />
      <AttemptEnd attempt={attempt} icon="smartphone" words={t(attempt.busy ? 'floor.joining' : 'floor.join')} />
      <button type="button" class="button quiet wide" onClick={declineInvitation}>
        {t(attempt.problem ? 'floor.join_other_way' : 'floor.cancel')}
      </button>
    </form>
  )
}
