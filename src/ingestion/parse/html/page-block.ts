import type { BlockDescription } from '../document-writer.ts'

/** A block of a page, and what is needed to judge whether it belongs to its content. */
export interface PageBlock extends BlockDescription {
  /** More than one for lists and tables. */
  readonly lines: string[]
  /** Characters, all and those in links. */
  length: number
  links: number
  /** The outermost main part it stands in. */
  readonly part: 'main' | 'article' | null
  /** Whether an element around it says that it is navigation, a banner and the like. */
  boilerplate: boolean
}

export function blockText({ lines }: PageBlock): string {
  return lines.join('\n')
}
