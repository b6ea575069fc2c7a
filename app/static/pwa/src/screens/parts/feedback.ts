/** The beep and the tick of the hand, as far as the person wants them. */
import { beep, vibrate } from '../../scan'
import { preferences } from '../../ui/preferences'

export function feedback(kind: 'captured' | 'warning'): void {
  if (preferences.sound.value) beep(kind)
  if (preferences.vibration.value) vibrate(kind)
}
