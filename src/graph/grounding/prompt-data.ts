const delimiter = /<(?=\s*\/?\s*passage\b)/gi
/** Tokens by which chat templates tell who speaks: vLLM reads them in a message's text as the real ones. */
const control =
  /<\|(?=[^|<>\n]{1,40}\|>)|<(?=\/?(?:s|bos|eos|pad|unk|start_of_turn|end_of_turn|think)>)|\[(?=\/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\])|<(?=｜[^<>\n]{1,40}｜>)|<(?=<\/?SYS>>)/gi

/**
 * What a reader does not see and a model reads: tag characters (but those of a flag), which spell ASCII, and variation
 * selectors that stand for bytes; and what shows text in another order than it has.
 */
const hidden =
  /(?<!\u{1f3f4}[\u{e0020}-\u{e007e}]{0,8})[\u{e0000}-\u{e007f}]|[\u{e0100}-\u{e01ef}\u202a-\u202e\u2066-\u2069]/gu

/**
 * Text from documents and users as it may stand in a prompt: it can neither close the passage that it stands in nor
 * speak as another role. A space takes the tokens apart and leaves them readable.
 */
export function asData(text: string): string {
  return text
    .replace(hidden, '')
    .replace(delimiter, '&lt;')
    .replace(control, (opening) => `${opening[0]} ${opening.slice(1)}`)
}
