/** Why something failed, in the words that the failure brings. */
export const reasonOf = (failure: unknown): string => (failure instanceof Error ? failure.message : String(failure))
