import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { bagOfWords } from '../upstream/bag-of-words.ts'
import { lookupModel } from './lookup-model.ts'

export const modelDimensions = 32

const words =
  'spring tides come at new and full moon trade winds blow towards the equator sea ice forms below'
const letters = 'abcdefghijklmnopqrstuvwxyz'
const tokens = [
  '[PAD]',
  '[UNK]',
  '[CLS]',
  ...new Set(words.split(' ')),
  ...letters,
  ...Array.from(letters, (letter) => `##${letter}`),
]

/** A word's vector, as the model has it: what a text's vector is the mean of. */
export const tokenVector = (token: string) => bagOfWords(token.replace('##', 'piece '), modelDimensions)

const json = (value: unknown) => JSON.stringify(value)
const special = (content: string, id: number) => ({
  id,
  content,
  special: true,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
})

/** Everything that a model folder has, of a model that looks up a vector for each token: some kilobytes. */
export const tinyModel: Readonly<Record<string, string | Uint8Array>> = {
  'config.json': json({
    model_type: 'bert',
    hidden_size: modelDimensions,
    max_position_embeddings: 64,
    vocab_size: tokens.length,
  }),
  'tokenizer_config.json': json({
    tokenizer_class: 'BertTokenizer',
    pad_token: '[PAD]',
    unk_token: '[UNK]',
    cls_token: '[CLS]',
    model_max_length: 64,
  }),
  'tokenizer.json': json({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [special('[PAD]', 0), special('[UNK]', 1), special('[CLS]', 2)],
    normalizer: { type: 'Lowercase' },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    // As BERT's: a text has a token, whatever is in it.
    post_processor: {
      type: 'TemplateProcessing',
      single: [{ SpecialToken: { id: '[CLS]', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
      pair: [],
      special_tokens: { '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] } },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
    },
  }),
  'modules.json': json([
    { idx: 0, name: '0', path: '', type: 'sentence_transformers.models.Transformer' },
    { idx: 1, name: '1', path: '1_Pooling', type: 'sentence_transformers.models.Pooling' },
  ]),
  '1_Pooling/config.json': json({
    word_embedding_dimension: modelDimensions,
    pooling_mode_mean_tokens: true,
  }),
  'onnx/model.onnx': lookupModel(tokens.map(tokenVector)),
}

/** A folder with these files; it goes with its disposal. */
export async function writeFolder(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'groundwire-model-'))
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true })
    await writeFile(join(path, name), content)
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}
