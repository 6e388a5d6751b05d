import { deflatedZip } from './deflated-zip.ts'

/** What the words of a file are written with. Latin: Russian words take two bytes a letter, Japanese ones three. */
export const scripts = {
  ASCII: [
    'river stone cloud market ladder window letter garden engine mirror harvest signal copper lantern valley',
    ' ',
  ],
  /** One “ among thousands of letters: the whole text takes two bytes a letter in memory. */
  'ASCII and “ ”': [
    'river stone cloud market ladder window letter garden engine mirror harvest signal “copper” lantern valley',
    ' ',
  ],
  Russian: [
    'река камень облако рынок лестница окно письмо сад двигатель зеркало урожай сигнал медь фонарь долина',
    ' ',
  ],
  Japanese: ['川 石 雲 市場 梯子 窓 手紙 庭 機関 鏡 収穫 信号 銅 提灯 谷 知識 検索 文章', ''],
} as const satisfies Record<string, readonly [words: string, space: string]>
export type Script = keyof typeof scripts

interface Writer {
  word(): string
  /** So many words, as a sentence. */
  sentence(words: number): string
}

export interface LargeFormat {
  readonly name: string
  readonly mimeType: string
  /** Pieces of the file, until somebody has enough of them. `last` ends it. */
  readonly begin?: string
  piece(writer: Writer, index: number): string
  readonly end?: string
  /** What the file is put into. */
  readonly pack?: (content: Buffer) => Buffer
}

const sentences = ({ sentence }: Writer, count: number) =>
  Array.from({ length: count }, (_, at) => sentence(8 + ((at * 5) % 9))).join(' ')
const columns = ['number', 'name', 'place', 'year', 'amount', 'note'] as const
const values = ({ word, sentence }: Writer, index: number) =>
  [index, word(), word(), 1900 + (index % 125), (index % 9_973) / 100, sentence(6)] as const
const json = (writer: Writer, index: number) => {
  const row = values(writer, index)
  return JSON.stringify(Object.fromEntries(columns.map((name, at) => [name, row[at]])))
}
const tag = (name: string, content: string) => `<${name}>${content}</${name}>`
const typeface =
  '<w:rPr><w:rFonts w:ascii="Calibri" w:hAnsi="Calibri"/><w:sz w:val="22"/><w:lang w:val="en-GB"/></w:rPr>'
const run = (text: string) =>
  `<w:r w:rsidRPr="00A41F27">${typeface}<w:t xml:space="preserve">${text}</w:t></w:r>`
const office = 'http://schemas.openxmlformats.org'

/** Ordinary content: prose in paragraphs below headings, tables of six columns. */
export const largeFormats: readonly LargeFormat[] = [
  { name: 'text', mimeType: 'text/plain', piece: (writer) => `${sentences(writer, 5)}\n\n` },
  { name: 'text, one line', mimeType: 'text/plain', piece: (writer) => `${sentences(writer, 5)} ` },
  { name: 'text, short lines', mimeType: 'text/plain', piece: ({ sentence }) => `${sentence(5)}\n\n` },
  {
    name: 'Markdown',
    mimeType: 'text/markdown',
    piece: (writer, index) =>
      `${'#'.repeat(1 + (index % 3))} ${writer.word()} ${index}\n\n${sentences(writer, 5)}\n\n- ${sentences(writer, 1)}\n- ${sentences(writer, 1)}\n\n`,
  },
  {
    name: 'CSV',
    mimeType: 'text/csv',
    begin: `${columns.join(',')}\n`,
    piece: (writer, index) => `${values(writer, index).join(',')}\n`,
  },
  {
    name: 'CSV, quoted',
    mimeType: 'text/csv',
    begin: `${columns.join(',')}\r\n`,
    piece: (writer, index) => `"${values(writer, index).join('","')}"\r\n`,
  },
  {
    name: 'CSV, numbers',
    mimeType: 'text/csv',
    begin: `${Array.from({ length: 20 }, (_, at) => `measurement ${at}`).join(',')}\n`,
    piece: (_, index) => `${Array.from({ length: 20 }, (_, at) => (index * (at + 7)) % 97).join(',')}\n`,
  },
  {
    name: 'TSV',
    mimeType: 'text/tab-separated-values',
    begin: `${columns.join('\t')}\n`,
    piece: (writer, index) => `${values(writer, index).join('\t')}\n`,
  },
  {
    name: 'JSON',
    mimeType: 'application/json',
    begin: '[{}',
    piece: (writer, index) => `,\n${json(writer, index)}`,
    end: ']',
  },
  {
    name: 'JSON, nested',
    mimeType: 'application/json',
    begin: '{"type":"FeatureCollection","features":[{}',
    piece: (writer, index) =>
      `,{"type":"Feature","properties":${json(writer, index)},"geometry":{"type":"LineString","coordinates":${JSON.stringify(Array.from({ length: 20 }, (_, at) => [13 + at / 1000, 52 + index / 1e6]))}}}`,
    end: ']}',
  },
  {
    name: 'JSON Lines',
    mimeType: 'application/x-ndjson',
    piece: (writer, index) => `${json(writer, index)}\n`,
  },
  {
    name: 'HTML',
    mimeType: 'text/html',
    begin:
      '<!doctype html><meta charset="utf-8"><title>A long page</title><body><nav><a href="/">Home</a></nav>',
    piece: (writer, index) =>
      `${tag(`h${1 + (index % 3)}`, `${writer.word()} ${index}`)}\n<p class="body">${sentences(writer, 4)} <a href="/page/${index}">${writer.word()}</a></p>\n<ul>${tag('li', sentences(writer, 1))}${tag('li', writer.word())}</ul>\n<table>${tag(
        'tr',
        values(writer, index)
          .map((value) => tag('td', `${value}`))
          .join(''),
      )}</table>\n`,
    end: '</body>',
  },
  {
    name: 'DOCX',
    mimeType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    begin: `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="${office}/wordprocessingml/2006/main"><w:body>`,
    piece: (writer) =>
      `<w:p w:rsidR="00A41F27" w:rsidRDefault="00A41F27"><w:pPr><w:spacing w:after="120"/><w:jc w:val="both"/>${typeface}</w:pPr>${run(sentences(writer, 2))}<w:proofErr w:type="spellStart"/>${run(writer.word())}<w:proofErr w:type="spellEnd"/>${run(sentences(writer, 3))}</w:p>`,
    end: '</w:body></w:document>',
    pack: (content) =>
      deflatedZip({
        '[Content_Types].xml': `<Types xmlns="${office}/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`,
        '_rels/.rels': `<Relationships xmlns="${office}/package/2006/relationships"><Relationship Id="r1" Type="${office}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
        'word/document.xml': content,
      }),
  },
]

/** A file of so many bytes, before it is packed: the same one each time. */
export function largeFile(format: LargeFormat, script: Script, bytes: number): Buffer {
  const content = Buffer.alloc(bytes)
  const end = Buffer.from(format.end ?? '')
  const writer = writerOf(script)
  let at = content.write(format.begin ?? '')
  for (let index = 0; ; index += 1) {
    const piece = format.piece(writer, index)
    if (at + Buffer.byteLength(piece) + end.length > bytes) break
    at += content.write(piece, at)
  }
  at += end.copy(content, at)
  const whole = content.subarray(0, at)
  return format.pack?.(whole) ?? whole
}

function writerOf(script: Script): Writer {
  const [list, space] = scripts[script]
  const words = list.split(' ')
  let state = 1
  const word = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return words[(state >>> 8) % words.length] ?? ''
  }
  const sentence = (count: number) =>
    `${Array.from({ length: count }, word).join(space)}${space === '' ? '。' : '.'}`
  return { word, sentence }
}
