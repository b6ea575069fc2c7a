/** Vite plugin: one sprite, `src/ui/generated/icons.svg`, of the lucide icons in `icon-names.ts` and our mark. */
import { mkdirSync, readFileSync, writeFileSync, existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'
import { iconNames } from './icon-names.ts'

const here = dirname(fileURLToPath(import.meta.url))
const lucide = join(here, '../../node_modules/lucide-static/icons')
const target = join(here, 'generated/icons.svg')

/** The drawing inside an SVG file, without its frame and comments. */
export function drawingOf(svg: string): string {
  const inner = svg.replace(/<!--[\s\S]*?-->/g, '').replace(/^[\s\S]*?<svg[^>]*>/, '').replace(/<\/svg>\s*$/, '')
  return inner.replace(/\s*\n\s*/g, '')
}

/** One file with a symbol for each name; throws when an icon does not exist. */
export function spriteOf(drawings: Map<string, string>): string {
  const symbols = [...drawings].map(([name, drawing]) => `<symbol id="${name}" viewBox="0 0 24 24">${drawing}</symbol>`)
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('\n')}</svg>\n`
}

function writeSprite(): void {
  const drawings = new Map<string, string>(
    iconNames.map((name) => [name, drawingOf(readFileSync(join(lucide, `${name}.svg`), 'utf8'))]),
  )
  drawings.set('tally', drawingOf(readFileSync(join(here, 'tally.svg'), 'utf8')))
  const sprite = spriteOf(drawings)
  if (existsSync(target) && readFileSync(target, 'utf8') === sprite) return
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, sprite)
}

/** Writes the sprite before anything resolves it, in build, dev server and tests alike. */
export function iconSprite(): Plugin {
  return { name: 'tallyman-icon-sprite', config: () => writeSprite() }
}
