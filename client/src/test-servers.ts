import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { TestContext } from 'node:test'
import { type ClientOptions, createClient } from './client.ts'
import { createTestClock, type TestClock } from './test-clock.ts'

/** A request as it came. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export type Answering = (asked: Asked, response: ServerResponse) => unknown

/** A server of the test’s own, for what a Tonegate never does. Keeps what it was asked for. */
export async function startServer(t: TestContext, answer: Answering) {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    const { method = '', url: path = '', headers } = request
    const one = { method, path, headers, body: await text(request) }
    asked.push(one)
    await answer(one, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as { port: number }
  return { origin: `http://127.0.0.1:${port}`, asked, server }
}

export function json(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  const mediaType = status >= 400 ? 'application/problem+json' : 'application/json'
  response.writeHead(status, { 'content-type': mediaType, ...headers }).end(JSON.stringify(body))
}

export const problem = (code: string, detail: string, members: object = {}) => ({
  type: `https://pay.example.com/globalpci/errors#${code}`,
  title: 'A title',
  detail,
  message: detail,
  ...members,
})

const isToken = ({ path }: Asked) => path === '/auth/connect/token'

/** A Payment API that gives good tokens, and answers to all else as the test says; and a client of it. */
export async function startApi(
  t: TestContext,
  answer: Answering,
  { clock = createTestClock(), ...options }: Partial<ClientOptions> & { readonly clock?: TestClock } = {},
) {
  let tokens = 0
  const { asked, ...server } = await startServer(t, (one, response) => {
    if (!isToken(one)) return answer(one, response)
    tokens += 1
    return json(response, { access_token: `token-${tokens}`, expires_in: 3600, token_type: 'Bearer' })
  })
  const tonegate = createClient({
    baseUrl: server.origin,
    clientId: 'a-client',
    clientSecret: 'its-secret',
    random: () => 0,
    clock,
    ...options,
  } as ClientOptions)
  return {
    ...server,
    tonegate,
    clock,
    /** Requests for anything but a token. */
    asked: () => asked.filter((one) => !isToken(one)),
    tokensAsked: () => asked.filter(isToken).length,
  }
}

export const sessionGuid = '019bc0fd-89c0-70e9-806c-2ddd634d6363'

export const status = (sessionState: string, members: object = {}) => ({
  sessionGuid,
  providerSessionGuid: '019bc0fd-89be-7be1-bd38-3a7a8b0a2c11',
  createdOn: '2026-01-15T09:28:11.204000Z',
  lastUpdatedOn: '2026-01-15T09:30:00.000000Z',
  sessionState,
  ...members,
})

export const paid = status('Finished', {
  paymentResultData: { paymentOutcome: 'approved', cardLast4: '1111' },
})
