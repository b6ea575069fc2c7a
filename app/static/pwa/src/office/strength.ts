/** How good a new password is, shown as one types. Only a hint: the server alone decides. */

export const SHORT = 0
export const WEAK = 1
export const FAIR = 2
export const GOOD = 3

const LONG_ENOUGH_TO_BE_STRONG = 18
const FEW_SIGNS = 5
const ROWS = ['abcdefghijklmnopqrstuvwxyz', 'qwertyuiopasdfghjklzxcvbnm', '12345678901234567890']

/** 0 to 3; `own` are texts that the owner is known by. */
export function strengthOf(password: string, shortest: number, own: readonly string[]): number {
  if ([...password].length < shortest) return SHORT
  const plain = password.toLowerCase()
  const isOwn = own.some((text) => text !== '' && plain === text.toLowerCase())
  const isRun = ROWS.some((row) => row.includes(plain)) || (plain + plain).slice(1, -1).includes(plain)
  if (isOwn || isRun || new Set(plain).size < FEW_SIGNS) return WEAK
  return [...password].length >= LONG_ENOUGH_TO_BE_STRONG || kindsOf(password) >= 3 ? GOOD : FAIR
}

function kindsOf(password: string): number {
  return [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/].filter((kind) => kind.test(password)).length
}

export function startStrength(page: Document): void {
  for (const shown of page.querySelectorAll<HTMLElement>('[data-strength-of]')) follow(page, shown)
}

function follow(page: Document, shown: HTMLElement): void {
  const field = page.getElementById(shown.dataset['strengthOf'] ?? '')
  const meter = shown.querySelector('meter')
  const words = shown.querySelector('span')
  if (!(field instanceof HTMLInputElement) || !meter || !words) return
  const texts = (shown.dataset['words'] ?? '').split('\n')
  const own = (shown.dataset['own'] ?? '').split('\n')
  field.addEventListener('input', () => {
    const strength = strengthOf(field.value, Number(shown.dataset['shortest']), own)
    shown.hidden = field.value === ''
    meter.value = strength
    words.textContent = texts[strength] ?? ''
  })
}
