import { describe, expect, it } from 'vitest'
import { passageOf } from './passage.fixture.ts'
import { simpleAnalyze } from './simple-analyze.fixture.ts'
import { bestSupport, supports } from './support.ts'

const oil =
  'The 1973 oil crisis began in October 1973. Members of OAPEC proclaimed an oil embargo. By March 1974 the price of oil had risen from US$3 per barrel to nearly $12. Output fell to 1,500,000 barrels in three states. The embargo was not lifted in 1973.'
const verdict = (claim: string, text = oil) =>
  supports(claim, passageOf(text, { title: 'Oil crisis' }), simpleAnalyze)

describe('bestSupport', () => {
  it('quotes the sentence that holds the claim, at its place in the document', () => {
    const found = bestSupport(
      'OAPEC members proclaimed the embargo',
      passageOf(oil, { start: 100 }),
      simpleAnalyze,
    )
    expect(found).toMatchObject({ quote: 'Members of OAPEC proclaimed an oil embargo.', coverage: 1 })
    expect(oil.slice((found?.start ?? 0) - 100, (found?.end ?? 0) - 100)).toBe(found?.quote)
  })

  it('quotes two neighbours where the claim needs both', () => {
    const found = bestSupport(
      'The crisis began in October 1973 when OAPEC proclaimed an embargo',
      passageOf(oil),
      simpleAnalyze,
    )
    expect(found?.quote).toBe(
      'The 1973 oil crisis began in October 1973. Members of OAPEC proclaimed an oil embargo.',
    )
  })

  it('finds nothing where no word agrees', () => {
    expect(bestSupport('Cats purr', passageOf(oil), simpleAnalyze)).toBeNull()
  })
})

describe('supports', () => {
  it.each([
    'The oil crisis began in October 1973.',
    'Yes, the oil crisis began in 1973 [1].',
    'According to the passage, OAPEC members proclaimed an oil embargo [1].',
    'The oil price rose to nearly $12 per barrel by March 1974.',
    'Output fell to 1.5 million barrels in 3 states.',
    'Output fell to 1500000 barrels.',
    'The embargo was not lifted in 1973.',
  ])('accepts: %s', (claim) => expect(verdict(claim)).toMatchObject({ supported: true, missing: [] }))

  it.each<[string, string[]]>([
    ['The oil crisis began in October 1974 and 1979.', ['1979']],
    ['The oil price had risen to nearly $13 per barrel.', ['13']],
    ['Members of Gazprom and Shell proclaimed an oil embargo.', ['Gazprom', 'Shell']],
    ['Members proclaimed an "oil boycott" embargo.', ['oil boycott']],
    ['Members of OAPEC proclaimed `set_embargo()` embargo.', ['set_embargo()']],
    ['Oil was found by Drake.', ['Drake']],
    ['Members of OAPEC did not proclaim an oil embargo.', []],
    ['The embargo was lifted in 1973.', []],
    ['Cats purr.', []],
  ])('rejects: %s', (claim, missing) => {
    const { supported, missing: found } = verdict(claim)
    expect(supported).toBe(false)
    expect(found).toEqual(missing)
  })

  it.each([
    ['O céu é azul em Lisboa.', 'Em Lisboa o céu é azul.', true],
    ['东京是日本的首都。', '东京是日本的首都，人口很多。', true],
    ['东京不是日本的首都。', '东京是日本的首都，人口很多。', false],
    ['東京は日本の首都です。', '日本の首都は東京です。', true],
    ['Москва — столица России.', 'Столица России — Москва.', true],
    ['Der Turm ist 120 Meter hoch.', 'Der Turm ist 12 Meter hoch.', false],
    ['Python 3.1 is needed.', 'Python 3.10 is needed.', false],
    ['Use `get_user` here.', 'Use `get_user_name` here.', false],
    ['It began on 1973-10-06.', 'It began on October 6, 1973.', true],
    ['It began on 1973-11-06.', 'It began on October 6, 1973.', false],
    ['Output fell by 12 barrels.', 'Output fell by 5 barrels in December.', false],
    ['Water is H9O in plants.', 'Water is H2O in plants.', false],
    ['You must call `app.get` first.', 'You must first call **app.get**.', true],
  ])('%s / %s → %s', (claim, text, supported) => expect(verdict(claim, text).supported).toBe(supported))

  it('lets the title and the headings name the subject', () => {
    const passage = passageOf('It runs on port 4000 by default.', {
      title: 'Groundwire',
      headings: ['Server'],
    })
    expect(
      supports('Groundwire Server runs on port 4000 by default.', passage, simpleAnalyze).supported,
    ).toBe(true)
  })
})
