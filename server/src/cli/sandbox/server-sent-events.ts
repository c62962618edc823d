/** An event of a stream. */
export interface ServerSentEvent {
  readonly event: string
  readonly data: string
}

/** More than this without an end is no event of ours. */
const maxCharacters = 1024 * 1024

/** Reads server-sent events (HTML §9.2.6), which come in pieces, until the stream ends. */
export async function* readServerSentEvents(body: AsyncIterable<Uint8Array>): AsyncIterable<ServerSentEvent> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const piece of body) {
    text = `${text}${decoder.decode(piece, { stream: true })}`.replaceAll('\r\n', '\n')
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const data = /^data: ?(.*)$/m.exec(text.slice(0, end))?.[1]
      const event = /^event: ?(.*)$/m.exec(text.slice(0, end))?.[1] ?? 'message'
      text = text.slice(end + 2)
      if (data !== undefined) yield { event, data }
    }
    if (text.length > maxCharacters) return
  }
}
