/** A photograph instead of the camera: searched thoroughly, several codes shown to choose from. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { Icon } from '../ui/icon'
import { Sheet } from '../ui/sheet'
import { t } from '../ui/words'
import type { Reading } from '../sync/barcode'
import { ChoiceList, Outlines } from './choices'
import { sharedDecoder } from './decoder'
import { readingOf } from './describe'
import type { Sighting } from './sighting'

type Search =
  | { kind: 'searching' }
  | { kind: 'empty' }
  | { kind: 'unreadable' }
  | { kind: 'choose'; sightings: Sighting[]; width: number; height: number }

export function PhotoDoor({ onRead }: { onRead: (reading: Reading) => void }) {
  const input = useRef<HTMLInputElement>(null)
  const [photo, setPhoto] = useState<File | null>(null)
  const choose = () => input.current!.click()
  const onChange = () => {
    setPhoto(input.current!.files?.[0] ?? null)
    input.current!.value = ''
  }
  return (
    <>
      <input
        ref={input} class="visually-hidden" type="file" accept="image/*" data-photo tabIndex={-1} aria-hidden="true"
        onChange={onChange}
      />
      <button type="button" class="button icon-only" aria-label={t('scan.photo')} title={t('scan.photo')} onClick={choose}>
        <Icon name="image" />
      </button>
      {photo && (
        <PhotoSheet
          key={photo.name + photo.lastModified} photo={photo} onRead={onRead} onAnother={choose}
          onClose={() => setPhoto(null)}
        />
      )}
    </>
  )
}

interface PhotoSheetProps {
  photo: File
  onRead: (reading: Reading) => void
  onAnother: () => void
  onClose: () => void
}

function PhotoSheet({ photo, onRead, onAnother, onClose }: PhotoSheetProps) {
  const address = useAddress(photo)
  const take = (sighting: Sighting) => {
    onClose()
    onRead(readingOf(sighting))
  }
  const search = useSearch(photo, take)
  return (
    <Sheet title={t('scan.photo_title')} onClose={onClose} class="scan-sheet">
      <div class="scan-view photo" data-search={search.kind}>
        {search.kind !== 'unreadable' && address && <img class="scan-picture" src={address} alt="" />}
        {search.kind === 'choose' && <Outlines {...search} onPick={take} fills={false} />}
        {search.kind === 'searching' && <p class="scan-hint" role="status">{t('scan.photo_searching')}</p>}
      </div>
      {search.kind === 'choose' && (
        <>
          <p class="label">{t('scan.choose', { count: search.sightings.length })}</p>
          <ChoiceList sightings={search.sightings} onPick={take} />
        </>
      )}
      {(search.kind === 'empty' || search.kind === 'unreadable') && <NoCode kind={search.kind} onAnother={onAnother} />}
    </Sheet>
  )
}

function NoCode({ kind, onAnother }: { kind: 'empty' | 'unreadable'; onAnother: () => void }) {
  return (
    <div class="stack close" role="alert">
      <strong>{t(`scan.photo_${kind}`)}</strong>
      <p class="soft">{t(`scan.photo_${kind}_text`)}</p>
      <button type="button" class="button primary wide" onClick={onAnother}>
        <Icon name="image" />
        {t('scan.photo_another')}
      </button>
    </div>
  )
}

/** Searches the photograph once; a single code is taken at once. */
function useSearch(photo: File, take: (sighting: Sighting) => void): Search {
  const [search, setSearch] = useState<Search>({ kind: 'searching' })
  useEffect(() => {
    let wanted = true
    void searched(photo).then((found) => {
      if (!wanted) return
      if (found.kind === 'choose' && found.sightings.length === 1) take(found.sightings[0]!)
      else setSearch(found)
    })
    return () => {
      wanted = false
    }
  }, [photo])
  return search
}

async function searched(photo: File): Promise<Search> {
  const image = await createImageBitmap(photo).catch(() => null)
  if (!image) return { kind: 'unreadable' }
  const { width, height } = image
  const sightings = await sharedDecoder().photo(image).catch(() => null)
  if (!sightings) return { kind: 'unreadable' }
  return sightings.length ? { kind: 'choose', sightings, width, height } : { kind: 'empty' }
}

/** An address for the picture while it is shown. */
function useAddress(photo: File): string {
  const [address, setAddress] = useState('')
  useEffect(() => {
    const made = URL.createObjectURL(photo)
    setAddress(made)
    return () => URL.revokeObjectURL(made)
  }, [photo])
  return address
}
