/** Whether this page should rather be installed: on iOS only an installed app keeps its storage. */

/** 'ios', 'other', or null where it is installed already. */
export function installAdvice(): 'ios' | 'other' | null {
  const standalone = matchMedia('(display-mode: standalone)').matches || (navigator as { standalone?: boolean }).standalone === true
  if (standalone) return null
  const touchMac = navigator.userAgent.includes('Macintosh') && navigator.maxTouchPoints > 1
  return /iPhone|iPad|iPod/.test(navigator.userAgent) || touchMac ? 'ios' : 'other'
}
