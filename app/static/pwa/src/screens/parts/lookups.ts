/** What a scan is looked up in: this device's own catalogue, never the network. */
import { itemById, itemsByBarcode, locationByCode, searchItems } from '../../floor'
import type { Lookups } from '../drafts/interpret'

const CODE_CANDIDATES = 20

export const lookups: Lookups = {
  itemById,
  itemsByBarcode,
  placeByCode: locationByCode,
  itemsByCode: async (code) => {
    const wanted = code.toLowerCase()
    return (await searchItems(code, CODE_CANDIDATES)).filter((item) => item.code.toLowerCase() === wanted)
  },
}
