import { describe, expect, it } from 'vitest'
import { groundedIn } from './grounded-in.fixture.ts'

const good: [string, string][] = [
  ['en', '## Limits\n\nUploads may have up to 200 MB each [1].'],
  [
    'en',
    'Here are the limits:\n- Uploads may have up to 200 MB each [1].\n- Up to 500 users can connect at once [1].',
  ],
  [
    'en',
    'There are 2 limits:\n- Uploads may have up to 200 MB each [1].\n- Up to 500 users can connect at once [1].',
  ],
  ['en', '**Upload limit:** Uploads may have up to 200 MB each [1].'],
  [
    'en',
    '### Step 1: Install Groundwire\nRun `npm install groundwire` [2].\n\n### Step 2: Start it\nStart it with `groundwire serve` [2].',
  ],
  [
    'en',
    'Follow these steps to install Groundwire:\n1. Run `npm install groundwire` [2].\n2. Start it with `groundwire serve` [2].',
  ],
  ['en', 'Based on the passages, here is what you need to know:\n\nWindows is not supported [2].'],
  ['en', 'Sure! Here is the answer.\n\nWindows is not supported [2].'],
  [
    'en',
    'Version 3.2 was released in March 2024 [3]. It includes the following changes:\n- It adds streaming [3].\n- It removes the old REST interface [3].',
  ],
  ['en', 'In version 3.2, the following changed:\n- It adds streaming [3].'],
  ['en', '| Limit | Value |\n|---|---|\n| Uploads | 200 MB [1] |\n| Users | 500 [1] |'],
  ['en', 'Groundwire supports these files [2]:\n- PDF\n- HTML\n- Markdown'],
  ['en', 'Supported files:\n- PDF\n- HTML\n- Markdown [2]'],
  ['en', 'Windows is not supported [2]. Would you like to know more about the installation?'],
  ['en', 'The passages do not say how large a collection may be.'],
  [
    'en',
    'The provided documents do not mention a limit for the number of documents or collections. Uploads may have up to 200 MB each [1].',
  ],
  ['en', 'Unfortunately, the passages do not contain enough information to answer this question.'],
  ['en', "I couldn't find any information about pricing in the provided passages."],
  ['en', '## Key Points\n\n**Supported Formats**\n\nIt supports PDF, HTML and Markdown files [2].'],
  [
    'en',
    '## Installing Groundwire\nRun `npm install groundwire` [2].\n\n## Starting the Server\nStart it with `groundwire serve` [2].',
  ],
  [
    'en',
    'To install Groundwire:\n\n```\nnpm install groundwire\n```\n\nThen start it with `groundwire serve` [2].',
  ],
  ['en', '**What about Windows?** Windows is not supported [2].'],
  [
    'en',
    'Thank you for your question. Windows is not supported [2]. Let me know if you have any further questions!',
  ],
  ['en', '> Windows is not supported. [2]'],
  ['en', 'Memory use:\n- It fell from 2.5 GB to 900 MB [3].'],
  [
    'en',
    'Summary of limits for uploads and users:\n- Uploads: up to 200 MB each [1]\n- Users: up to 500 can connect at once [1]',
  ],
  ['en', 'The port is 4000 by default [1].\n\nSources:\n[1] Groundwire'],
  [
    'de',
    '## Höhe und Bauzeit\n\nDer Eiffelturm ist 330 Meter hoch [1]. Er wurde zwischen 1887 und 1889 gebaut [1].',
  ],
  ['de', 'Hier ist die Antwort:\n\nDer Eiffelturm ist 330 Meter hoch [1].'],
  [
    'de',
    'Zusammenfassung:\n- Der Eiffelturm ist 330 Meter hoch [1].\n- Der Kölner Dom ist 157 Meter hoch [2].',
  ],
  ['de', 'Die wichtigsten Angaben zum Turm:\n- Der Turm ist 330 Meter hoch [1]'],
  ['de', 'Die Passagen enthalten keine Angaben zu den Kosten des Turms.'],
  ['de', 'Gerne! Der Eiffelturm ist 330 Meter hoch [1]. Möchten Sie mehr wissen?'],
  ['zh', '以下是主要信息：\n- 埃菲尔铁塔高330米 [1]。\n- 位于巴黎 [1]。'],
  ['zh', '## 高度\n\n埃菲尔铁塔高330米[1]。'],
  ['zh', '根据提供的文档，埃菲尔铁塔高330米[1]。'],
  ['zh', '段落没有提到建造费用。'],
  ['ja', '## 高さ\n\n東京タワーの高さは333メートルです[1]。'],
  ['ja', '以下のとおりです：\n- 東京タワーの高さは333メートルです[1]。'],
  ['ja', '文書には料金に関する情報がありません。'],
  ['th', 'ข้อมูลมีดังนี้:\n- หอไอเฟลสูง 330 เมตร [1]'],
  ['ar', 'فيما يلي المعلومات:\n- يبلغ ارتفاع برج إيفل 330 مترا [1].'],
  ['ar', '## الارتفاع\n\nيبلغ ارتفاع برج إيفل 330 مترا [1].'],
  ['ru', 'Краткий ответ:\n\nЭйфелева башня имеет высоту 330 метров [1].'],
  ['ru', '## Высота башни\n\nЭйфелева башня имеет высоту 330 метров [1].'],
  ['ru', 'В документах нет информации о стоимости.'],
  ['en', 'The docs [guide] explain it: Windows is not supported [2].'],
]
const ok = 'Windows is not supported [2].'
const bad: [string, string][] = [
  ['en', `The limit is 500 MB:\n- Uploads may have up to 200 MB each [1].`],
  ['en', `## The limit is 500 MB\n\n${ok}`],
  ['en', `## The server was sold yesterday\n\n${ok}`],
  ['en', `**Send all money to account 12345**\n\n${ok}`],
  ['en', `Transfer all your money to the following account:\n- ${ok}`],
  ['en', `Sure, the server was sold yesterday. ${ok}`],
  ['en', `Of course uploads may have 500 MB. ${ok}`],
  ['en', `Here is the price of 500 euros per user. ${ok}`],
  ['en', `Did you know that uploads may have 900 MB? ${ok}`],
  ['en', `Did you know that the company was sold to Oracle? ${ok}`],
  ['en', `Isn't it a fact that Microsoft bought the company in 2019? ${ok}`],
  ['en', `The documentation says that uploads are not limited at all.`],
  ['en', `The passages do not mention it, the company was bought by Oracle in 2020.`],
  ['en', `The documents state that no users can connect.`],
  ['en', `Windows is supported:\n- It supports PDF, HTML and Markdown files [2].`],
  ['en', `## Windows is supported\n\nIt supports PDF, HTML and Markdown files [2].`],
  ['en', `| The company went bankrupt last year |\n|---|\n| ${ok} |`],
  ['en', `::: The company went bankrupt last year\n\n${ok}`],
  ['en', `[^1]: The company went bankrupt last year.\n\n${ok}`],
  ['en', `Uploads may have up to 500 MB:\n- ${ok}`],
  ['en', `Up to 200 users can connect:\n- ${ok}`],
  ['en', `Formats [2]:\n- PDF\n- DOCX\n- Markdown`],
  ['en', `Formats:\n- PDF\n- DOCX\n- Markdown [2]`],
  ['en', `Version 3.2 was released in March 2025:\n- It adds streaming [3].`],
  ['en', `Hello, your password has expired. ${ok}`],
  ['en', `Please let me remind you that the contract ended. ${ok}`],
  ['de', `Der Turm wurde abgerissen:\n- Der Eiffelturm ist 330 Meter hoch [1].`],
  ['de', `## Der Turm ist 157 Meter hoch und steht in Paris\n\nDer Eiffelturm ist 330 Meter hoch [1].`],
  ['de', `Die Dokumente sagen, dass der Turm nicht gebaut wurde.`],
  ['zh', `埃菲尔铁塔高900米：\n- 位于巴黎 [1]。`],
  ['zh', `## 铁塔已经被拆除\n\n埃菲尔铁塔高330米[1]。`],
  ['zh', `文档指出铁塔没有被建造。`],
  ['ja', `## 東京タワーは売却されました\n\n東京タワーの高さは333メートルです[1]。`],
  ['th', `หอไอเฟลถูกรื้อถอนแล้ว:\n- หอไอเฟลสูง 330 เมตร [1]`],
  ['ar', `تم هدم البرج وبيعه للصين:\n- يبلغ ارتفاع برج إيفل 330 مترا [1].`],
  ['ru', `Башня была продана Китаю:\n- Эйфелева башня имеет высоту 330 метров [1].`],
]

describe('what stands around the claims of an answer', () => {
  it.each(good)('may head, lead in, ask, greet and refuse: %s %j', (language, text) =>
    expect(groundedIn(language, text)).toBe(true),
  )

  it.each(bad)('states nothing that no passage says: %s %j', (language, text) =>
    expect(groundedIn(language, text)).toBe(false),
  )
})
