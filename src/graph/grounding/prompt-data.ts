const delimiter = /<(?=\s*\/?\s*passage\b)/gi
/** Tokens by which chat templates tell who speaks: vLLM reads them in a message's text as the real ones. */
const control =
  /<\|(?=[^|<>\n]{1,40}\|>)|<(?=\/?(?:s|bos|eos|pad|unk|start_of_turn|end_of_turn|think)>)|\[(?=\/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\])|<(?=｜[^<>\n]{1,40}｜>)|<(?=<\/?SYS>>)/gi

/**
 * Text from documents and users as it may stand in a prompt: it can neither close the passage that it stands in nor
 * speak as another role. A space takes the tokens apart and leaves them readable.
 */
export function asData(text: string): string {
  return text.replace(delimiter, '&lt;').replace(control, (opening) => `${opening[0]} ${opening.slice(1)}`)
}
