import type { BlockTracker } from './block-tracker.ts'
import type { KnownLinks } from './known-links.ts'
import type { Step } from './stream-filter.ts'

/** What a step may look at: what the text may link to, and the output so far. */
export interface LinkContext {
  readonly known: KnownLinks
  readonly block: BlockTracker
  /** The output is inside of a Markdown link's parentheses. */
  inDestination: boolean
}

/** `removed` says that it stands for an address that was taken out. */
export type LinkStep = Step & { readonly removed?: boolean }

/** Null where more of the text is needed; undefined where there is nothing to do. */
export type Outcome = LinkStep | null | undefined

export type DecideLink = (context: LinkContext, text: string, at: number, ended: boolean) => Outcome

/** Longer ones are in no passage. Text is held back up to this length. */
export const longestAddress = 1_000

const closing = /[)\]}"'`<>|.,;:!?*_~]/
const longestTail = 16

/**
 * Whether an address that ends here ends for every renderer: some take everything up to the next blank for it, but
 * for the punctuation at its end. Null where that is still to come.
 */
export function endsHere(text: string, end: number, ended: boolean): boolean | null {
  let at = end
  while (at < text.length && at - end < longestTail && closing.test(text[at] as string)) at += 1
  if (at === text.length) return ended ? true : null
  return /[ \t\r\n]/.test(text[at] as string)
}
