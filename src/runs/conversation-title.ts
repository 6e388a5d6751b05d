const longest = 80

/** The question's beginning on one line, cut between words where there are spaces. */
export function conversationTitle(question: string): string {
  const line = question.replace(/\s+/g, ' ').trim()
  if (line.length <= longest) return line
  const cut = line.slice(0, longest)
  const space = line[longest] === ' ' ? longest : cut.lastIndexOf(' ')
  // A script without spaces, or one very long word, is cut where it is, but not within a character.
  const kept = space > longest / 2 ? cut.slice(0, space) : cut.replace(/[\ud800-\udbff]$/, '')
  return `${kept.trimEnd()}…`
}
