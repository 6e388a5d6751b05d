/** `groundwire retrieve … | head` closes the pipe: that nobody reads any more is no failure of the command. */
export function tolerateClosedPipe(output: NodeJS.WriteStream): void {
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}
