/** The photograph of an item: fetched when it comes into view, and a quiet sign until then or where there is none. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { photoNamed, state, type Item } from '../../floor'
import { Icon } from '../../ui/icon'

export function Photo({ item, large = false }: { item: Item; large?: boolean }) {
  const frame = useRef<HTMLSpanElement>(null)
  const inView = useInView(frame)
  const address = usePhoto(inView ? (item.photo ?? '') : '')
  return (
    <span class={`row-sign photo${large ? ' large' : ''}`} ref={frame}>
      {address ? <img src={address} alt={large ? item.name : ''} /> : <Icon name="package" />}
    </span>
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
function usePhoto(name: string): string {
  const [shown, setShown] = useState({ name: '', address: '' })
  const connection = state.connection.value
  const here = shown.name === name && shown.address !== ''
  useEffect(() => {
    if (!name || here) return
    let wanted = true
    void photoNamed(name).then((picture) => {
      if (wanted && picture) setShown({ name, address: URL.createObjectURL(picture) })
    })
    return () => void (wanted = false)
  }, [name, connection])
  useEffect(() => () => URL.revokeObjectURL(shown.address), [shown.address])
  return here ? shown.address : ''
}
