import { describe, expect, it } from 'vitest'
import { cutPassage } from './candidates.ts'
import { ledTo } from './lead-on.ts'
import { passageOf } from './passage.fixture.ts'
import { simpleAnalyze } from './simple-analyze.fixture.ts'

function led(text: string, isHowTo = false): string[] {
  const { candidates } = cutPassage(passageOf(text), 0, simpleAnalyze)
  const [first] = candidates
  return first ? ledTo(first, candidates, isHowTo).map(({ quote }) => quote) : []
}

describe('ledTo', () => {
  it('takes the list behind a colon, all of it', () => {
    expect(led('Three kinds:\n\n- one\n- two\n- three\n\nMore.')).toEqual(['- one', '- two', '- three'])
    expect(led('Kinds.\n\n- one\n- two')).toEqual([])
  })

  it('takes no part of a list that is too long to be shown', () => {
    expect(led(`Kinds:\n\n${'- one\n'.repeat(13)}`)).toEqual([])
  })

  it('takes code whole, without a colon only for a question of how', () => {
    const fence = '```sh\nrun it\n\nand more\n```'
    expect(led(`Run it:\n\n${fence}`)).toEqual([fence])
    expect(led(`Run it.\n\n${fence}`)).toEqual([])
    expect(led(`Run it.\n\n${fence}`, true)).toEqual([fence])
    expect(led(`Run it:\n\n\`\`\`\n${'x'.repeat(2_000)}\n\`\`\``)).toEqual([])
  })
})
