/** The language that is spoken here, and the files of words there are; none of them is read yet, so no page waits for it. */
import { bestOf, FALLBACK, localeOf, wishes } from './language'

type Catalogue = Record<string, string>
type Files = Record<string, () => Promise<Catalogue>>

const files: Files = import.meta.glob<Catalogue>('@words/*/{floor,scan,sync,live,common}.json', { import: 'default' })

/** The languages there are, by their folders. */
export const languages = [...new Set(Object.keys(files).map((path) => folderOf(path)))].sort()
export const language = bestOf(wishes(), languages)
/** For dates and numbers. */
export const locale = localeOf(language)

/** All words of a language. */
export async function catalogueOf(name: string): Promise<Catalogue> {
  const own = Object.entries(files).filter(([path]) => folderOf(path) === name)
  return Object.assign({}, ...(await Promise.all(own.map(([, load]) => load())))) as Catalogue
}

function folderOf(path: string): string {
  return path.split('/').at(-2) ?? FALLBACK
}
