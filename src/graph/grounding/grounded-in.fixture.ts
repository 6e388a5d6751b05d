import { analyze } from '../../retrieval/lexical/analyze.ts'
import { inLanguageOf } from './in-language.ts'
import { passageOf } from './passage.fixture.ts'
import type { Passage } from './passage.ts'
import { validateAnswer } from './validate.ts'

const sets: Readonly<Record<string, { readonly q: string; readonly p: readonly Passage[] }>> = {
  en: {
    q: 'What are the limits for uploads, and how do I install it?',
    p: [
      passageOf(
        'Uploads may have up to 200 MB each. Up to 500 users can connect at once. The server runs on port 4000 by default and keeps its data in ./.groundwire.',
        { title: 'Groundwire', headings: ['Limits'] },
      ),
      passageOf(
        'To install Groundwire, run `npm install groundwire`. Then start it with `groundwire serve`. It supports PDF, HTML and Markdown files. Windows is not supported.',
        { marker: 2, title: 'Installation guide' },
      ),
      passageOf(
        'Version 3.2 was released in March 2024. It adds streaming and removes the old REST interface. The memory use fell from 2.5 GB to 900 MB.',
        { marker: 3, title: 'Release notes' },
      ),
    ],
  },
  de: {
    q: 'Wie hoch ist der Turm und wann wurde er gebaut?',
    p: [
      passageOf(
        'Der Eiffelturm ist 330 Meter hoch und steht in Paris. Er wurde zwischen 1887 und 1889 gebaut. Jährlich besuchen ihn rund sieben Millionen Menschen.',
        { title: 'Eiffelturm' },
      ),
      passageOf('Der Kölner Dom ist 157 Meter hoch. Der Bau begann 1248 und endete 1880.', {
        marker: 2,
        title: 'Kölner Dom',
      }),
    ],
  },
  zh: {
    q: '埃菲尔铁塔有多高？',
    p: [
      passageOf('埃菲尔铁塔高330米，位于巴黎。它建于1887年至1889年。每年约有700万人参观。', {
        title: '埃菲尔铁塔',
      }),
    ],
  },
  ja: {
    q: '東京タワーの高さは？',
    p: [
      passageOf('東京タワーの高さは333メートルです。1958年に完成しました。港区芝公園にあります。', {
        title: '東京タワー',
      }),
    ],
  },
  th: {
    q: 'หอไอเฟลสูงเท่าไร',
    p: [passageOf('หอไอเฟลสูง 330 เมตร ตั้งอยู่ในกรุงปารีส สร้างเสร็จในปี 1889', { title: 'หอไอเฟล' })],
  },
  ar: {
    q: 'ما هو ارتفاع برج إيفل؟',
    p: [
      passageOf('يبلغ ارتفاع برج إيفل 330 مترا ويقع في باريس. اكتمل بناؤه في عام 1889.', {
        title: 'برج إيفل',
      }),
    ],
  },
  ru: {
    q: 'Какова высота Эйфелевой башни?',
    p: [
      passageOf(
        'Эйфелева башня имеет высоту 330 метров и находится в Париже. Она была построена в 1889 году.',
        { title: 'Эйфелева башня' },
      ),
    ],
  },
}

/** Whether an answer in this language is grounded in the passages that are there for it. */
export const groundedIn = (language: string, text: string) => {
  const set = sets[language]
  if (!set) throw new Error('There are no such passages')
  return validateAnswer({ text, passages: set.p, analyze: inLanguageOf(set.p, analyze), question: set.q })
    .grounded
}
