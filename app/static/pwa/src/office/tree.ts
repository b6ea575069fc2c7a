/** The tree of places: a branch opens by its line or its button; what is in it is asked for the first time. */

export function startTree(page: Document): void {
  page.addEventListener('click', (event) => {
    const place = event.target instanceof Element && !event.target.closest('a') && event.target.closest('[data-branch]')
    if (place) turn(page, place)
  })
}

function turn(page: Document, branch: Element): void {
  const button = branch.querySelector('[aria-controls]')
  const below = page.getElementById(button?.getAttribute('aria-controls') ?? '')
  if (!button || !below) return
  below.hidden = !below.hidden
  button.setAttribute('aria-expanded', String(!below.hidden))
  if (!below.hidden) below.dispatchEvent(new Event('open'))
}
