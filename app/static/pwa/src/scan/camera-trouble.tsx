/** Why the camera does not show anything, and what to do about it on this phone. */
import { Icon } from '../ui/icon'
import { t } from '../ui/words'
import type { CameraState } from './camera'

export function CameraTrouble({ state, onRetry }: { state: CameraState; onRetry: () => void }) {
  const canRetry = state !== 'insecure' && state !== 'unable'
  return (
    <div class="scan-trouble" role="alert">
      <Icon name="camera-off" />
      <strong>{t(`scan.${state}`)}</strong>
      <p>{t(`scan.${state}_text`)}</p>
      {state === 'denied' && (
        <ul>
          <li>{t('scan.denied_android')}</li>
          <li>{t('scan.denied_ios')}</li>
        </ul>
      )}
      {state === 'insecure' && <a class="button" href="/phone">{t('scan.insecure_link')}</a>}
      {canRetry && <button type="button" class="button" onClick={onRetry}>{t('scan.try_again')}</button>}
    </div>
  )
}
