/**
 * A double of @huggingface/transformers, loaded as the real one is, in the real thread. Its vectors are of letters:
 * `abc` counts its a, b and c. Some texts make it behave badly.
 */
export const fakeLibrary: Readonly<Record<string, string>> = {
  'node_modules/@huggingface/transformers/package.json': JSON.stringify({
    name: '@huggingface/transformers',
    version: '0.0.0',
    main: 'index.cjs',
  }),
  'node_modules/@huggingface/transformers/index.cjs': `
    const { existsSync, appendFileSync } = require('node:fs')
    const { join } = require('node:path')
    const dimensions = 26
    const tensor = (data, dims) => ({ data, dims, to: () => ({ data }) })
    exports.env = {}
    exports.AutoTokenizer = {
      from_pretrained: async (folder) => (texts) => ({
        texts,
        folder,
        attention_mask: tensor(new BigInt64Array(texts.length).fill(1n), [texts.length, 1]),
      }),
    }
    exports.AutoModel = {
      from_pretrained: async (place) => {
        if (existsSync(join(place, 'gone'))) throw new Error('there are no weights')
        if (existsSync(join(place, 'stuck'))) await new Promise((resolve) => setTimeout(resolve, 1e9))
        return model
      },
    }
    const model = async ({ texts, folder }) => {
        appendFileSync(join(folder, 'calls.txt'), JSON.stringify(texts) + '\\n')
        for (const text of texts) {
          if (text.includes('CRASH')) process.exit(3)
          if (text.includes('THROW')) throw new Error('the native code said no')
          if (text.includes('SILENT')) await new Promise((resolve) => setTimeout(resolve, 1e9))
          if (text.includes('GATE')) {
            appendFileSync(join(folder, 'at-the-gate'), '')
            while (!existsSync(join(folder, 'open'))) await new Promise((resolve) => setTimeout(resolve, 2))
          }
        }
        const data = new Float32Array(texts.length * dimensions)
        texts.forEach((text, i) => {
          for (const letter of text) {
            const at = letter.charCodeAt(0) - 97
            if (at >= 0 && at < 26) data[i * dimensions + at] += 1
          }
        })
        return { last_hidden_state: tensor(data, [texts.length, 1, dimensions]) }
      }
  `,
}
