/** Days in forms are the reader's own: a hidden field tells the server how far that clock is from UTC. */

export function startZones(page: Document): void {
  for (const field of page.querySelectorAll<HTMLInputElement>('[data-zone]')) {
    field.value = `${new Date().getTimezoneOffset()}`
  }
}
