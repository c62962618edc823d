import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import type { TestContext } from 'node:test'
import type { MovableClock } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import type { LinkMessage } from './link-sender.ts'
import { NotAccepted } from './not-accepted.ts'

const guid = '01890000-0000-7000-8000-000000000001' as Guid

/** Thursday, 29 January 2026, 13:05 UTC. */
export const expiresAt = Date.UTC(2026, 0, 29, 13, 5)

/** A link to a customer, as the vault hands it to a sender. */
export const message: LinkMessage = {
  capture: guid,
  to: '+48500000000',
  url: `https://nam.pay.example.com/pay/${guid}/0123456789abcdefABCDEF`,
  language: 'en',
  merchantName: 'Harbour Street Books',
  order: { amountMinor: 1240, currency: 'GBP', reference: 'order-1' },
  expiresAt,
}

interface Posted {
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** A provider of text messages on this machine, which keeps what it is sent. */
export async function startTestProvider(t: TestContext, answer: RequestListener) {
  const posted: Posted[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    posted.push({ headers: request.headers, body })
    answer(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/messages?v=1`, posted }
}

/** What a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  const error = await promise.then(
    () => new Error('It was not rejected.'),
    (reason: unknown) => reason,
  )
  return error as Error
}

/** Neither address nor link nor anything else that is secret is in an error, wherever a log would look. */
export function assertSilent(error: Error, ...secrets: readonly string[]): void {
  assert.ok(error instanceof NotAccepted, String(error))
  const said = JSON.stringify({
    ...error,
    text: `${error.message}${error.stack}`,
    cause: String(error.cause),
  })
  for (const secret of [message.to.slice(1), 'john@example.com', message.url, ...secrets]) {
    assert.ok(!said.includes(secret), said)
  }
}

/** Moves the clock on, half a second at a time, until what waits for it has come to its end. */
export async function whileTimePasses<T>(clock: MovableClock, work: Promise<T>): Promise<T> {
  let isDone = false
  const done = () => {
    isDone = true
  }
  work.then(done, done)
  while (!isDone) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    if (!isDone) await clock.advance(500)
  }
  return work
}

/** A port of this machine on which nobody listens. */
export async function unusedPort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
