/** What this browser prefers, told to the server so that a page comes out right the first time. */

const YEAR_S = 365 * 24 * 60 * 60

export function rememberCookie(name: string, value: string): void {
  const secure = location.protocol === 'https:' ? '; Secure' : ''
  document.cookie = `${name}=${encodeURIComponent(value)}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax${secure}`
}
