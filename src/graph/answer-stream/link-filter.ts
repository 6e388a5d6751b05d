import { addressStep, emailStep, hostStep, schemeStep } from './address-steps.ts'
import { createBlockTracker } from './block-tracker.ts'
import { domainStep } from './domain-step.ts'
import type { KnownLinks } from './known-links.ts'
import type { DecideLink, LinkContext, LinkStep } from './link-step.ts'
import { bracketStep, parenthesisStep, referenceStep, tagStep } from './markup-steps.ts'
import { type StreamFilter, stepFilter } from './stream-filter.ts'

export interface LinkFilter extends StreamFilter {
  /** How many addresses stand in none of the passages. */
  readonly removed: number
}

const plain = /[^A-Za-z<\]&:@)\\/.]+|[A-Za-z]+/y
const letter = /[A-Za-z]/
const wordLike = /[A-Za-z0-9]/

/** What to look for, by the character that it begins with. Blocks of code render no links, but show addresses. */
const everywhere: Readonly<Record<string, DecideLink>> = { ':': schemeStep, '\\': schemeStep }
const outsideCode: Readonly<Record<string, DecideLink>> = {
  '<': tagStep,
  ']': bracketStep,
  ')': parenthesisStep,
  '@': emailStep,
  '\\': (...here) => {
    const step = emailStep(...here)
    return step === undefined ? domainStep(...here) : step
  },
  '.': domainStep,
  '/': hostStep,
  '&': referenceStep,
}

/**
 * Takes out links that are not `known`: addresses become "‹link removed›", and what would make a link of anything else
 * (Markdown, HTML, a definition, a domain) is taken apart by a blank. An image stays as an address to click on, for programs
 * fetch images unasked. Where renderers could disagree about what is a link, it is one.
 */
export function createLinkFilter(known: KnownLinks): LinkFilter {
  const context: LinkContext = { known, block: createBlockTracker(), inDestination: false }
  let removed = 0
  const filter = stepFilter((text, at, ended) => {
    const step = decide(context, text, at, ended)
    if (step === null) return null
    if (step.removed) removed += 1
    context.block.push(step.emit)
    return step
  })
  return {
    ...filter,
    get removed() {
      return removed
    },
  }
}

function decide(context: LinkContext, text: string, at: number, ended: boolean): LinkStep | null {
  const { block } = context
  const char = text[at] as string
  const first = letter.test(char) && !wordLike.test(block.last) ? addressStep : everywhere[char]
  let step = first?.(context, text, at, ended)
  if (step === undefined && !block.fenced) step = outsideCode[char]?.(context, text, at, ended)
  if (step !== undefined) return step
  plain.lastIndex = at
  const run = plain.exec(text)?.[0] ?? char
  return { take: run.length, emit: run }
}
