import { createServer, type IncomingMessage } from 'node:http'
import { outcomeOf, verifyWebhook, WebhookError, type WebhookMessage } from '@tonegate/client'

const { WEBHOOK_SECRET: secret = '', PORT = '3000' } = process.env

/** A real receiver keeps them in its database, for a day. */
const processed = new Set<string>()

/** What is done with a message. It comes at least once, so the same one may come again. */
function receive(message: WebhookMessage): void {
  if (processed.has(message.id)) return
  if (message.type === 'session.status') {
    const { sessionGuid, sessionState } = message.data
    console.log(`${sessionGuid} ${sessionState} ${outcomeOf(message.data)}`)
  }
  processed.add(message.id)
}

/** As it was sent: the signature is over these bytes. */
async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of request) {
    length += pieces[pieces.push(piece) - 1]?.length ?? 0
    if (length > 1024 * 1024) throw new WebhookError('body-malformed', 'The message is longer than 1 MiB.')
  }
  return Buffer.concat(pieces)
}

const server = createServer(async (request, response) => {
  try {
    receive(await verifyWebhook({ secret, headers: request.headers, body: await readBody(request) }))
    response.writeHead(200).end()
  } catch (error) {
    console.error(String(error))
    response.writeHead(error instanceof WebhookError ? 400 : 500).end()
  }
})

server.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`Messages are received at http://127.0.0.1:${(server.address() as { port: number }).port}`)
})
