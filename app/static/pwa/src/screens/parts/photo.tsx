/** The photograph of an item: fetched when it comes into view, and a quiet sign until then or where there is none. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { largePhotoNamed, photoNamed, state, type Item } from '../../floor'
import { Icon } from '../../ui/icon'
import { Sheet } from '../../ui/sheet'
import { t } from '../../ui/words'

export function Photo({ item }: { item: Item }) {
  const frame = useRef<HTMLSpanElement>(null)
  const inView = useInView(frame)
  const address = usePhoto(inView ? (item.photo ?? '') : '')
  return (
    <span class="sign photo" ref={frame}>
      {address ? <img src={address} alt="" /> : <Icon name="package" />}
    </span>
  )
}

/** The photograph on the page of its item: a tap shows it as large as the screen allows. */
export function PhotoToEnlarge({ item }: { item: Item }) {
  const [open, setOpen] = useState(false)
  const address = usePhoto(item.photo ?? '')
  if (!address) return <span class="sign photo large"><Icon name="package" /></span>
  return (
    <>
      <button type="button" class="photo-button" aria-haspopup="dialog" aria-label={t('floor.photo_enlarge', { name: item.name })} onClick={() => setOpen(true)}>
        <span class="sign photo large"><img src={address} alt={item.name} /></span>
        <Icon name="zoom-in" class="small" />
      </button>
      {open && <Enlarged item={item} small={address} onClose={() => setOpen(false)} />}
    </>
  )
}

/** The small picture at once, and the large one in its place as soon as it is here. */
function Enlarged({ item, small, onClose }: { item: Item; small: string; onClose: () => void }) {
  const large = usePhoto(item.photo ?? '', largePhotoNamed)
  return (
    <Sheet title={item.name} onClose={onClose} class="photo-sheet">
      <img class="photo-enlarged" src={large || small} alt={item.name} />
      {!large && <p class="small soft" role="status">{t(state.connection.value === 'online' ? 'floor.photo_coming' : 'floor.photo_later')}</p>}
    </Sheet>
  )
}

/** True once the element has come into view; pictures further down are not asked for. */
function useInView(frame: { current: Element | null }): boolean {
  const [seen, setSeen] = useState(typeof IntersectionObserver === 'undefined')
  useEffect(() => {
    if (seen || !frame.current) return
    const watching = new IntersectionObserver((entries) => setSeen(entries.some((entry) => entry.isIntersecting)))
    watching.observe(frame.current)
    return () => watching.disconnect()
  }, [seen])
  return seen
}

/** Where the browser finds the picture; "" until it is here. A connection that returns is reason to ask again. */
function usePhoto(name: string, find = photoNamed): string {
  const [shown, setShown] = useState({ name: '', address: '' })
  const connection = state.connection.value
  const here = shown.name === name && shown.address !== ''
  useEffect(() => {
    if (!name || here) return
    let wanted = true
    void find(name).then((picture) => {
      if (wanted && picture) setShown({ name, address: URL.createObjectURL(picture) })
    })
    return () => void (wanted = false)
  }, [name, connection])
  useEffect(() => () => URL.revokeObjectURL(shown.address), [shown.address])
  return here ? shown.address : ''
}
