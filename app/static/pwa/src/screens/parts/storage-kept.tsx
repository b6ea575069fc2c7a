/** Whether the browser may clear what is stored, and how little room is left where it runs out. */
import { state } from '../../floor'
import { megabytes } from '../../ui/sizes'
import { t } from '../../ui/words'

export function StorageKept() {
  const { persistent, fewBytesLeft } = state
  const left = fewBytesLeft.value
  return (
    <dd class={persistent.value === false || left !== null ? 'amber-text' : ''}>
      {t(`floor.storage_${String(persistent.value)}`)}
      {left !== null && ` · ${t('floor.room_left', { size: megabytes(left) })}`}
    </dd>
  )
}
