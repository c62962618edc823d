import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Ends } from '../../harness/test-children.ts'

/** What a merchant's webhook has been told of a session. */
export interface Told {
  readonly id: string
  readonly sessionGuid: string
  readonly state: string
}

/** A merchant's webhook. */
export interface MessageReceiver {
  readonly url: string
  /** Every message that it took, in the order in which they came. */
  readonly told: readonly Told[]
  /** How many came that it did not take. */
  turnedAway(): number
  /** From now on it answers so. */
  answerWith(status: number): void
}

export async function startMessageReceiver(t: Ends): Promise<MessageReceiver> {
  const told: Told[] = []
  let status = 200
  let turnedAway = 0
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const { sessionGuid, sessionState } = JSON.parse(Buffer.concat(parts).toString())
      if (status === 200) {
        told.push({ id: String(request.headers['webhook-id']), sessionGuid, state: sessionState })
      } else turnedAway += 1
      response.writeHead(status).end()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/paid`,
    told,
    turnedAway: () => turnedAway,
    answerWith(next) {
      status = next
    },
  }
}
