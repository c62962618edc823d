import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { v4 } from 'uuid'

/** What the double answers; `closes`: nothing, and the connection is gone; `waits`: nothing at all. */
export type Reply =
  | { readonly status: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> }
  | 'closes'
  | 'waits'

/** A request as the double got it. */
export interface Got {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export const credentials = {
  tenantName: 'Harbour Street Books',
  username: 'harbour',
  clientId: 'harbour-client',
  clientSecret: 'Zx81-very-secret-Qq7',
} as const

export const tenantId = 303
export const flows = { agentAssist: 695, digital: '696' } as const

export const html: Reply = {
  status: 200,
  body: '<html>Sign in</html>',
  headers: { 'content-type': 'text/html' },
}
export const json = (
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Reply => ({
  status,
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json', ...headers },
})

/** What the double does otherwise than it would. */
interface Behaviour {
  token?: (request: Got) => Reply | undefined
  launch?: (request: Got) => Reply | undefined
  /** After the session is there: what becomes of the answer. */
  launched?: () => Reply | undefined
  session?: (request: Got) => Reply | undefined
  /** What it writes before all that it answers. */
  before?: string
}

type Kind = 'pci-pal' | 'tonegate'

/**
 * A double of PCI Pal, and of another Tonegate's vault, made after contract/provider §1 and §2: a real server on this
 * machine. It behaves unless the test says otherwise.
 */
export async function startProvider(t: TestContext, kind: Kind = 'pci-pal') {
  const got: Got[] = []
  const behaviour: Behaviour = {}
  const accessTokens = new Set<string>()
  const { launches, sessions, launchOnce, callOff, session } = createSessions(kind, behaviour)

  function replyTo(request: Got): Reply {
    if (request.path === '/api/v1/token') return behaviour.token?.(request) ?? tokenFor(request, accessTokens)
    const bearer = request.headers.authorization?.replace('Bearer ', '') ?? ''
    if (!accessTokens.has(bearer)) return { status: 401, body: '' }
    if (request.path === `/api/v1/session/${tenantId}/launch`) {
      return behaviour.launch?.(request) ?? launchOnce(request)
    }
    if (request.path === `/api/v1/session/${tenantId}/launch/cancel` && kind === 'tonegate') {
      return callOff(request)
    }
    return behaviour.session?.(request) ?? session(request)
  }

  const server = await serve(t, behaviour, (request) => {
    got.push(request)
    return replyTo(request)
  })

  return {
    kind,
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    got,
    launches,
    sessions,
    behaviour,
    to: (path: string) => got.filter((request) => request.path === path),
    tokenRequests: () => got.filter(({ path }) => path === '/api/v1/token').length,
    /** No token that it has issued is good any more. */
    revokeTokens: () => accessTokens.clear(),
    stop(): void {
      server.closeAllConnections()
      server.close()
    },
  }
}

export type TestProvider = Awaited<ReturnType<typeof startProvider>>

async function serve(t: TestContext, behaviour: Behaviour, replyTo: (request: Got) => Reply) {
  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const part of incoming) body += part
    const reply = replyTo({
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      body,
    })
    if (reply === 'closes') incoming.socket.destroy()
    else if (reply !== 'waits')
      response.writeHead(reply.status, reply.headers).end((behaviour.before ?? '') + reply.body)
  }

  const server = createServer((incoming, response) => void answer(incoming, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return server
}

function tokenFor(request: Got, accessTokens: Set<string>): Reply {
  const form = new URLSearchParams(request.body)
  const given = ['tenantname', 'username', 'client_id'].map((name) => form.get(name))
  const { tenantName, username, clientId, clientSecret } = credentials
  if (form.get('grant_type') !== 'client_credentials') return json(400, { error: 'invalid_request' })
  if (given.join() !== [tenantName, username, clientId].join()) return json(400, { error: 'invalid_client' })
  if (form.get('client_secret') !== clientSecret) return json(400, { error: 'invalid_client_key' })
  const access_token = `access.${v4()}.token`
  accessTokens.add(access_token)
  return json(200, {
    access_token,
    token_type: 'Bearer',
    expires_in: 299,
    refresh_token: v4().replaceAll('-', ''),
    client_id: clientId,
    tenantName,
    '.issued': 'Thu, 15 Jan 2026 09:30:00 GMT',
    '.expires': 'Thu, 15 Jan 2026 09:34:59 GMT',
  })
}

/** The sessions of the double: how they are launched, called off, and asked about. */
function createSessions(kind: Kind, behaviour: Behaviour) {
  const launches: { readonly id: string; readonly initialValues: Record<string, string> }[] = []
  const sessions = new Map<string, Record<string, unknown>>()
  /** What another vault answers to a key; nothing for one that was called off. */
  const keys = new Map<string, Reply | 'called off'>()

  /** Another vault launches once by a key, and calls a launch off by it. */
  function launchOnce(request: Got): Reply {
    const key = kind === 'tonegate' ? request.headers['idempotency-key'] : undefined
    const kept = keys.get(String(key))
    if (kept === 'called off') return { status: 409, body: 'This launch was called off.' }
    const reply = kept ?? launch(request)
    if (key !== undefined) keys.set(String(key), reply)
    return behaviour.launched?.() ?? reply
  }

  function callOff({ headers }: Got): Reply {
    const key = String(headers['idempotency-key'])
    const kept = keys.get(key) ?? 'called off'
    keys.set(key, kept)
    if (typeof kept === 'string') return json(200, {})
    const id = JSON.parse(kept.body).Id.toLowerCase()
    const found = sessions.get(id) ?? {}
    if (found.State === 'Created') {
      Object.assign(found, { State: 'Ended', Result: { end: 'cancelled', paymentOutcome: 'cancelled' } })
    }
    return json(200, found)
  }

  function launch({ body }: Got): Reply {
    const { FlowId, InitialValues } = JSON.parse(body)
    if (![695, '696'].includes(FlowId)) {
      return { status: 400, body: `The flow identifier ${FlowId} was not found.` }
    }
    const id = v4()
    launches.push({ id, initialValues: InitialValues })
    sessions.set(id, { Id: id, LinkId: '1', State: 'Created' })
    const own = {
      ViewUrl: `https://pay.example.com/session/${tenantId}/view/${id}/framed`,
      PaymentFormUrl: `https://pay.example.com/pay/${id}`,
      AccessToken: `view.${id}.token`,
      RefreshToken: 'f'.repeat(32),
    }
    return json(200, { Id: id.toUpperCase(), LinkId: '80041', ...(kind === 'tonegate' && own) })
  }

  function session({ method, path }: Got): Reply {
    const [, , , , , id = '', action] = path.split('/')
    const found = sessions.get(id)
    if (!found || kind === 'pci-pal') return json(404, { type: 'https://x/errors#not-found' })
    if (action === 'link')
      return json(200, { Id: id, Channel: 'sms', PaymentFormUrl: 'https://pay.example.com/new' })
    if (action === 'cancel' && method === 'POST') {
      if (found.State === 'Ended') return json(409, { type: 'https://x/errors#session-ended' })
      found.State = 'Ended'
      found.Result = { end: 'cancelled', paymentOutcome: 'cancelled' }
    }
    return json(200, found)
  }

  return { launches, sessions, launchOnce, callOff, session }
}
