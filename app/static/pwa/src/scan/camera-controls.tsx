/** The round buttons on the picture: close, and torch and zoom where the camera has them. */
import { Icon } from '../ui/icon'
import { t } from '../ui/words'
import type { Camera } from './camera'

export function CameraControls({ camera, onClose }: { camera: Camera; onClose: () => void }) {
  return (
    <div class="scan-controls">
      <button type="button" class="scan-control" aria-label={t('scan.stop_camera')} onClick={onClose}>
        <Icon name="x" />
      </button>
      <Torch camera={camera} />
      <Zoom camera={camera} />
    </div>
  )
}

function Torch({ camera }: { camera: Camera }) {
  const lit = camera.torch.value
  if (lit === null) return null
  const turn = () => void camera.light(!lit)
  return (
    <button type="button" class="scan-control" aria-pressed={lit} aria-label={t('scan.torch')} onClick={turn}>
      <Icon name={lit ? 'flashlight-off' : 'flashlight'} />
    </button>
  )
}

/** One button that goes through the steps and round again. */
function Zoom({ camera }: { camera: Camera }) {
  const [zooms, zoom] = [camera.zooms.value, camera.zoom.value]
  const next = zooms[(zooms.indexOf(zoom) + 1) % zooms.length]
  if (next === undefined) return null
  const turn = () => void camera.zoomTo(next)
  return (
    <button type="button" class="scan-control" aria-label={t('scan.zoom', { factor: next })} onClick={turn}>
      {zoom}×
    </button>
  )
}
