import '../../../test/reference/test-hold-answers.ts'
import assert from 'node:assert/strict'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { eventually } from '../../../test/harness/test-eventually.ts'
import { createGuids, type Guid } from '../../base/guid.ts'
import { createLog } from '../../base/log.ts'
import { systemRandom } from '../../base/random.ts'
import { readBrowserAssets } from '../../http/browser-assets.ts'
import { createHttp, type Http } from '../../http/http.ts'
import type { LinkSenders } from '../links/link-sender.ts'
import type { Gateway } from '../model/gateway.ts'
import { flow, region, startVault, testSealer } from '../test-vault.ts'
import { createVaultRoutes } from '../vault-routes.ts'
import { type Callback, defaultTemplate, type ProviderFlow } from './flows/provider-flow.ts'
import { createProviderApi } from './provider-api.ts'

export const tenant = 7
export const credentials = {
  grant_type: 'client_credentials',
  tenantname: 'Harbour Street Books',
  username: 'harbour_user',
  client_id: 'harbour-desk',
  client_secret: 'a-secret-that-came-from-elsewhere-0123456',
}

export const values = { amount: '1240', currencyCode: 'GBP', orderId: 'order-1' }

const { lifetimeSeconds, ...flowOfOneCapture } = flow

/** A flow as the tests launch it. */
export const testFlow: ProviderFlow = {
  id: 695,
  name: 'Telephone',
  entry: 'keypad',
  lifetimeSeconds,
  flow: { ...flowOfOneCapture, frameAncestors: ['https://desk.example.com'] },
  initialValues: {
    amounts: 'minor',
    amount: { member: 'amount' },
    currency: { member: 'currencyCode' },
    reference: { member: 'orderId' },
  },
}

/** A callback to a server of this machine. */
export const callbackTo = (url: string): Callback => ({
  to: { url },
  each: 'session',
  format: 'form',
  template: defaultTemplate,
  amounts: 'minor',
  privateAddresses: 'allowed',
  signature: 'none',
})

/** The provider API over a vault, with one client and one flow. */
export async function startProviderApi(
  t: TestContext,
  {
    flow = testFlow,
    ...surroundings
  }: {
    readonly flow?: ProviderFlow
    readonly gateway?: Gateway
    readonly linkSenders?: LinkSenders
  } = {},
) {
  const vault = await startVault(t, surroundings)
  let current = startProcess(vault)
  t.after(() => current.api.close())

  const { api } = current
  const { client_id: clientId, client_secret: clientSecret, tenantname: tenantName, username } = credentials
  await api.clients.create({ clientId, clientSecret, tenant, tenantName, username })
  await api.flows.put(tenant, flow)

  const requests = requestsTo(() => current.app)

  return {
    ...vault,
    get vault() {
      return vault.vault
    },
    get store() {
      return vault.store
    },
    get api() {
      return current.api
    },
    get app() {
      return current.app
    },
    ...requests,
    /** Launches, and finds the capture session. */
    async launched(body?: unknown, more = {}) {
      const answer = await requests.launchRequest(body, more)
      assert.equal(answer.statusCode, 200, answer.body)
      const { Id } = answer.json() as { Id: Guid }
      return { ...answer.json(), session: vault.find(Id) }
    },
    /** Kills the process, and starts the next one on the same file. */
    async restart(): Promise<void> {
      await current.api.close()
      await vault.restart()
      current = startProcess(vault)
    },
    async callbackRows() {
      const all = vault.store.prepare((db, _: object) => db.selectFrom('provider_callback').selectAll())
      return all.all(vault.store.reader, {})
    },
  }
}

/** What a process makes of the store that there is. */
function startProcess(vault: Awaited<ReturnType<typeof startVault>>) {
  const log = createLog('trace', { write: (line) => vault.lines.push(line) })
  const api = createProviderApi({
    store: vault.store,
    clock: vault.clock,
    random: systemRandom,
    newGuid: createGuids({ clock: vault.clock, random: systemRandom }),
    sealer: testSealer,
    log,
    region,
    sessions: vault.vault,
    requestsPerSecond: null,
  })
  vault.takeResultsBy(async (result) => void (await api.reports.recordResult(result)))
  const app = createHttp({ region, log, proxy: 'none' })
  const { viewTokens, channels } = vault.vault
  const assets = readBrowserAssets()
  createVaultRoutes({
    sessions: vault.vault,
    viewTokens,
    opensView: api.opensView,
    channels,
    region,
    clock: vault.clock,
    random: systemRandom,
    log,
    assets,
  })(app)
  api.routes(app)
  api.start()
  return { api, app }
}

/** What programs ask of the API. */
function requestsTo(app: () => Http) {
  const post = (url: string, payload: string, headers: Readonly<Record<string, string>>) =>
    app().inject({ method: 'POST', url, headers, payload })

  const form = (url: string, fields: Readonly<Record<string, string>>, more: Record<string, string> = {}) =>
    post(url, new URLSearchParams(fields).toString(), {
      'content-type': 'application/x-www-form-urlencoded',
      ...more,
    })

  /** Opens an agent's page as a browser does, by the redirect that a form is answered with. */
  async function openView(url: string, fields: Readonly<Record<string, string>>) {
    const answer = await form(url, fields)
    if (answer.statusCode !== 303) return answer
    return app().inject({ url: String(answer.headers.location) })
  }

  const askToken = (changes: Readonly<Record<string, string>> = {}) =>
    form('/api/v1/token', { ...credentials, ...changes })

  async function tokens(changes: Readonly<Record<string, string>> = {}) {
    const { access_token, refresh_token } = (await askToken(changes)).json()
    return { access_token, refresh_token } as { access_token: string; refresh_token: string }
  }

  async function json(
    url: string,
    body: unknown,
    { token, ...headers }: Readonly<Record<string, string>> = {},
  ) {
    const bearer = token ?? (await tokens()).access_token
    return post(url, typeof body === 'string' ? body : JSON.stringify(body), {
      'content-type': 'application/json',
      authorization: `Bearer ${bearer}`,
      ...headers,
    })
  }

  const launchRequest = (body: unknown = { FlowId: 695, InitialValues: values }, more = {}) =>
    json(`/api/v1/session/${tenant}/launch`, body, more)

  async function get(path: string) {
    const { access_token } = await tokens()
    const headers = { authorization: `Bearer ${access_token}` }
    return app().inject({ url: `/api/v1/session/${tenant}/${path}`, headers })
  }

  return { form, openView, askToken, tokens, json, launchRequest, get }
}

interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
}

/** A server that callbacks are sent to; it answers what the test says, 204 unless it does. */
export async function startReceiver(t: TestContext) {
  const received: Received[] = []
  const statuses: (number | Answer)[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    received.push({ headers: request.headers, body })
    const next = statuses.shift() ?? 204
    const { status, headers } = typeof next === 'number' ? { status: next, headers: {} } : next
    response.writeHead(status, { location: 'http://127.0.0.1:1/', ...headers }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`,
    received,
    /** What the next requests are answered with. */
    answers: (...next: readonly (number | Answer)[]) => void statuses.push(...next),
    /** So many requests; waits until they are there. */
    async requests(count: number): Promise<readonly Received[]> {
      await eventually(() => received.length >= count)
      return received
    },
  }
}
