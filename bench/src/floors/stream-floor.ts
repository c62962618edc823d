import { createServer, type ServerResponse } from 'node:http'

export interface StreamFloor {
  /** What an event holds: its `fields.pan.digits` is set to what was typed. */
  readonly state: Readonly<Record<string, unknown>> & { readonly fields: { readonly pan: object } }
}

/**
 * The least that the agent's dots can cost: `GET /streams/{id}` opens an event stream on bare node:http,
 * `POST /streams/{id}/keys` writes one event of the same size to it. No check, no session, no heartbeat.
 */
export function createStreamFloor({ state }: StreamFloor) {
  const streams = new Map<string, { readonly response: ServerResponse; digits: number }>()
  const eventOf = (digits: number) => {
    const fields = { ...state.fields, pan: { ...state.fields.pan, digits } }
    return `event: state\ndata: ${JSON.stringify({ ...state, fields })}\n\n`
  }
  return createServer((request, response) => {
    const [, folder, id = ''] = request.url?.split('/') ?? []
    if (folder !== 'streams') return void response.writeHead(404).end()
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
      response.write(eventOf(0))
      streams.set(id, { response, digits: 0 })
      response.once('close', () => streams.delete(id))
      return
    }
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (text: string) => {
      body += text
    })
    request.on('end', () => {
      const { keys } = JSON.parse(body) as { keys: string }
      const stream = streams.get(id)
      if (stream) {
        stream.digits = keys === '*' ? 0 : stream.digits + 1
        stream.response.write(eventOf(stream.digits))
      }
      const answer = JSON.stringify({ pressed: keys.length })
      response.writeHead(stream ? 200 : 404, { 'content-length': answer.length }).end(answer)
    })
  })
}

if (import.meta.main) {
  const { port, ...settings } = JSON.parse(process.argv[2] ?? '{}') as StreamFloor & { port: number }
  createStreamFloor(settings).listen(port)
}
