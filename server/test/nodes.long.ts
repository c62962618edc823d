import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { after, before, type TestContext, test } from 'node:test'
import pg from 'pg'
import type { SplitRole } from '../src/config/channel-settings.ts'
import { eventually } from './harness/test-eventually.ts'
import { makeTestFolder } from './harness/test-folder.ts'
import { databaseFor, startPostgres, type TestPostgres } from './harness/test-postgres.ts'
import { channelPorts, environmentOf } from './harness/test-processes.ts'
import { startTestTonegate } from './harness/test-tonegate.ts'

let postgres: TestPostgres
before(async () => {
  postgres = await startPostgres()
})
after(() => postgres.stop())

const domain = 'pay.example.test'

interface Sent {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly form?: Readonly<Record<string, string>>
}

/** A node by its public names, as a load balancer that forwards to it. */
async function startNode(t: TestContext, environment: Readonly<Record<string, string>>) {
  const started = await startTestTonegate(t, { environment })
  const hostOf = (path: string) =>
    `nam.${/^\/(session|pay|sandbox)/.test(path) ? 'pay.' : path.startsWith('/auth') ? '' : 'api.'}${domain}`

  async function ask(
    path: string,
    { method, headers = {}, json, form }: Sent = {},
  ): Promise<IncomingMessage> {
    const body = json !== undefined ? JSON.stringify(json) : form && new URLSearchParams(form).toString()
    const type = json !== undefined ? 'application/json' : 'application/x-www-form-urlencoded'
    const sending = httpRequest({
      host: '127.0.0.1',
      port: started.tonegate.port,
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      path,
      headers: { host: hostOf(path), ...(body !== undefined && { 'content-type': type }), ...headers },
    }).end(body)
    const [answer] = (await once(sending, 'response')) as [IncomingMessage]
    return answer
  }

  async function send(path: string, sent: Sent = {}) {
    const answer = await ask(path, sent)
    const pieces: Buffer[] = []
    for await (const piece of answer) pieces.push(piece)
    const text = Buffer.concat(pieces).toString()
    return { status: answer.statusCode, headers: answer.headers, text, json: () => JSON.parse(text) }
  }

  async function token(): Promise<string> {
    const client = started.tonegate.sandbox?.regions.nam?.clients[0]
    const form = { grant_type: 'client_credentials', scope: 'globalpci', client_id: client?.clientId ?? '' }
    const answer = await send('/auth/connect/token', {
      form: { ...form, client_secret: client?.clientSecret ?? '' },
    })
    return answer.json().access_token
  }

  return { ...started, ask, send, token }
}

async function startNodes(t: TestContext) {
  const folder = makeTestFolder('tonegate-nodes')
  const environment = {
    TONEGATE_STORE: await databaseFor(postgres.url, folder),
    TONEGATE_DATA: folder,
    TONEGATE_DOMAIN: domain,
    TONEGATE_SEALING_KEY: Buffer.alloc(32, 7).toString('base64'),
  }
  const one = await startNode(t, environment)
  const other = await startNode(t, environment)
  const headers = { authorization: `Bearer ${await one.token()}` }
  const client = new pg.Client({ connectionString: environment.TONEGATE_STORE })
  await client.connect()
  t.after(() => client.end())
  return { one, other, headers, client, environment }
}

const paymentData = { Amount: '12.40', Currency: 'GBP', MerchantReferenceCode: 'order-1' }
const card = { cardNumber: '4111111111111111', expiry: '12/30', securityCode: '123' }

type Node = Awaited<ReturnType<typeof startNode>>

/** A payment by a link, opened at a node. */
async function openLink({ send }: Node, headers: Readonly<Record<string, string>>) {
  const created = await send('/globalpci/v1/digitalsession', {
    json: { agentId: 'agent7', paymentData },
    headers,
  })
  assert.equal(created.status, 200, created.text)
  const { sessionGuid, providerSessionGuid, iframeUrl, agentAccessToken, paymentFormUrl } = created.json()
  return {
    path: `/globalpci/v1/session/${sessionGuid}`,
    capture: providerSessionGuid as string,
    view: new URL(iframeUrl).pathname.replace(/\/framed$/, ''),
    form: new URL(paymentFormUrl).pathname,
    token: { authorization: `Bearer ${agentAccessToken}` },
    accessToken: agentAccessToken as string,
  }
}

const stateAt = async ({ send }: Node, path: string, headers: Readonly<Record<string, string>>) => {
  const { sessionState, paymentResultData } = (await send(path, { headers })).json()
  return [sessionState, paymentResultData?.paymentOutcome]
}

/** The states that a stream of events tells, until it ends. */
async function statesIn(stream: IncomingMessage): Promise<readonly string[]> {
  const states: string[] = []
  stream.setEncoding('utf8')
  for await (const text of stream) {
    for (const [, state = ''] of String(text).matchAll(/"state":"(capturing|confirming|processing|ended)"/g))
      states.push(state)
  }
  return states
}

test('a link of one node is paid at the other, and both say so', async (t) => {
  const { one, other, headers } = await startNodes(t)
  const { path, form, capture } = await openLink(one, headers)
  assert.equal((await other.send(form)).status, 200)
  const wrong = await other.send(form, { form: { ...card, expiry: '13/30' } })
  assert.equal(wrong.status, 303, wrong.text)
  assert.match((await other.send(form)).text, /expiry/i)
  assert.notEqual((await stateAt(one, path, headers))[0], 'Finished')
  const paid = await other.send(form, { form: card })
  assert.ok(paid.status === 200 || paid.status === 303, paid.text)
  for (const node of [one, other])
    await eventually(async () => (await stateAt(node, path, headers))[0] === 'Finished')
  assert.deepEqual(await stateAt(other, path, headers), ['Finished', 'approved'])
  assert.match((await other.send(form)).text, /12\.40/, 'whoever comes late is told how it ended')
  for (const { lines } of [one, other])
    assert.ok(!lines.join('').includes('4111'), `no digit is in a log (${capture})`)
})

test('the agent watches at the other node, in a stream alone and in a shared one, and cancels there', async (t) => {
  const { one, other, headers } = await startNodes(t)
  const { path, view, token, accessToken } = await openLink(one, headers)
  const there = await openLink(other, headers)
  const alone = await other.ask(`${view}/events`, { headers: token })
  assert.equal(alone.headers['content-type'], 'text/event-stream; charset=utf-8')
  const shared = await other.ask('/session/events', {
    json: {
      views: [
        { path: view, accessToken },
        { path: there.view, accessToken: there.accessToken },
        { path: view, accessToken: there.accessToken },
      ],
    },
  })
  const told: string[] = []
  shared.setEncoding('utf8').on('data', (text: string) => told.push(text))
  await eventually(async () => told.join('').includes('id: 0\nevent: state'))
  assert.match(told.join(''), /id: 2\nevent: refused\ndata: {"status":401,"code":"invalid-token"}/)
  const states = statesIn(alone)
  const cancelled = await other.send(`${path}/cancel`, { method: 'POST', headers })
  assert.equal(cancelled.status, 200, cancelled.text)
  assert.deepEqual(await stateAt(one, path, headers), ['Cancelled', 'cancelled'])
  assert.deepEqual((await states).at(-1), 'ended')
  await eventually(async () => /id: 0\nevent: state\ndata: {"state":"ended"/.test(told.join('')))
  assert.equal((await other.send(`${there.path}/cancel`, { method: 'POST', headers })).status, 200)
  await eventually(async () => shared.destroyed)
})

test('what a node leaves goes on at the other: the link is paid, and who watched finds it there', async (t) => {
  const { one, other, headers, client } = await startNodes(t)
  const { path, view, form, token, capture } = await openLink(one, headers)
  const watching = await other.ask(`${view}/events`, { headers: token })
  const seen = statesIn(watching).catch(() => [])
  await one.close()
  await seen
  const owner = async () =>
    (await client.query('SELECT owner, epoch FROM nam.capture_session WHERE guid = $1', [capture])).rows[0]
  await eventually(async () => Number((await owner()).epoch) === 1)
  await eventually(async () => (await other.send(view, { headers: token })).status !== 503)
  const again = await other.ask(`${view}/events`, { headers: token })
  assert.equal(again.statusCode, 200)
  const states = statesIn(again)
  await other.send(form, { form: card })
  await eventually(async () => (await stateAt(other, path, headers))[0] === 'Finished')
  assert.equal((await states).at(-1), 'ended')
})

test('who comes while a node ends waits at the other for the moment in which nobody has their session', async (t) => {
  const { one, other, headers, client } = await startNodes(t)
  const { path, form, capture } = await openLink(one, headers)
  assert.equal((await other.send(form)).status, 200)
  const ended = one.tonegate.close()
  const isTaken = async () => {
    const { rows } = await client.query('SELECT epoch FROM nam.capture_session WHERE guid = $1', [capture])
    return Number(rows[0].epoch) === 1
  }
  const opened: (number | undefined)[] = []
  do opened.push((await other.send(form)).status)
  while (!(await isTaken()))
  assert.deepEqual(
    opened.filter((status) => status !== 200),
    [],
  )
  assert.equal((await other.send(form, { form: card })).status, 303)
  await ended
  await eventually(async () => (await stateAt(other, path, headers))[0] === 'Finished')
})

test('while nobody has a session its pages say to come again, and it is not taken for ended', async (t) => {
  const { one, other, headers, client } = await startNodes(t)
  const { path, view, form, token, capture } = await openLink(one, headers)
  // Its node is gone, and the other has not looked yet.
  await client.query('BEGIN; SELECT 1 FROM nam.capture_session FOR UPDATE')
  await client.query("UPDATE nam.capture_session SET owner = 'gone' WHERE guid = $1", [capture])
  await client.query('COMMIT; BEGIN; SELECT 1 FROM nam.capture_session FOR UPDATE')
  const answers = [
    other.send(form),
    other.send(`${view}/events`, { headers: token }),
    other.send(`${path}/cancel`, { method: 'POST', headers }),
  ]
  for (const answer of await Promise.all(answers)) {
    assert.equal(answer.status, 503, answer.text)
    assert.equal(answer.headers['retry-after'], '2')
  }
  await client.query('COMMIT')
  await eventually(async () => (await other.send(form)).status === 200)
})

test('a node that ends leaves its sessions at once, also while it is waited for', async (t) => {
  const { one, other, headers, client } = await startNodes(t)
  const { form, capture } = await openLink(one, headers)
  await one.tonegate.close()
  const { rows } = await client.query('SELECT owner, epoch FROM nam.capture_session WHERE guid = $1', [
    capture,
  ])
  const nodes = await client.query('SELECT id FROM nam.node')
  assert.equal(nodes.rowCount, 1)
  assert.ok(rows[0].owner === null || rows[0].owner === nodes.rows[0].id)
  await eventually(async () => (await other.send(form)).status === 200)
})

test('a caller of one node keys a card at a session of the other, which dies in mid-card and is gone on with', async (t) => {
  const { one, other, headers } = await startNodes(t)
  const call = (await one.send('/sandbox/calls', { json: { agentId: 'agent7' } })).json()
  const created = await other.send('/globalpci/v1/session', {
    json: { agentId: 'agent7', paymentData },
    headers,
  })
  assert.equal(created.status, 200, created.text)
  const { sessionGuid, iframeUrl, agentAccessToken } = created.json()
  const path = `/globalpci/v1/session/${sessionGuid}`
  const press = (node: Node, keys: string) =>
    node.send(`/sandbox/calls/${call.callGuid}/keys`, { json: { keys } })
  // Each node has a phone, and one confirms before the other may have heard.
  await eventually(async () => (await press(one, '4111111111111111#')).json().heardBy === 'listener')
  const view = new URL(iframeUrl).pathname.replace(/\/framed$/, '')
  const stateOf = async () => {
    const stream = await one.ask(`${view}/events`, {
      headers: { authorization: `Bearer ${agentAccessToken}` },
    })
    if (stream.statusCode !== 200) return undefined
    // A node that ends may end it before it has begun.
    const [first] = await Promise.race([once(stream, 'data'), once(stream, 'close')])
    stream.destroy()
    return first?.toString()
  }
  assert.match((await stateOf()) ?? '', /"pan":{"state":"complete"/)
  await other.close()
  await eventually(async () => /"pan":{"state":"complete"/.test((await stateOf()) ?? ''))
  // Until the line is secured again, the agent hears the keys.
  await eventually(async () => (await press(one, '1230#123#1')).json().heardBy === 'listener')
  await eventually(async () => (await stateAt(one, path, headers))[0] === 'Finished')
  assert.deepEqual(await stateAt(one, path, headers), ['Finished', 'approved'])
})

/** Two of each of the two processes: those of a kind have a database together, and each API process asks a vault of its own. */
async function startSplitNodes(t: TestContext) {
  const start = async (role: SplitRole, ports: Awaited<ReturnType<typeof channelPorts>>) => {
    const folder = folders[role]
    return startNode(t, {
      ...environmentOf(role, ports),
      TONEGATE_STORE: await stores[role],
      TONEGATE_DATA: folder,
      TONEGATE_DOMAIN: domain,
      TONEGATE_SEALING_KEY: Buffer.alloc(32, 7).toString('base64'),
    })
  }
  const folders = { api: makeTestFolder('tonegate-api-nodes'), vault: makeTestFolder('tonegate-vault-nodes') }
  const stores = {
    api: databaseFor(postgres.url, folders.api),
    vault: databaseFor(postgres.url, folders.vault),
  }
  const pairs = []
  for (const ports of [await channelPorts(), await channelPorts()]) {
    const vault = await start('vault', ports)
    pairs.push({ vault, api: await start('api', ports) })
  }
  return pairs
}

test('vaults that share a database serve an API process each: a session of one is paid and cancelled by way of the other', async (t) => {
  const [one, other] = await startSplitNodes(t)
  assert.ok(one && other)
  const headers = { authorization: `Bearer ${await one.api.token()}` }
  const [paid, cancelled] = [await openLink(one.api, headers), await openLink(one.api, headers)]
  const sent = await other.vault.send(paid.form, { form: card })
  assert.ok(sent.status === 200 || sent.status === 303, sent.text)
  await eventually(async () => (await stateAt(other.api, paid.path, headers))[0] === 'Finished')
  assert.deepEqual(await stateAt(other.api, paid.path, headers), ['Finished', 'approved'])
  const answer = await other.api.send(`${cancelled.path}/cancel`, { method: 'POST', headers })
  assert.equal(answer.status, 200, answer.text)
  assert.deepEqual(await stateAt(one.api, cancelled.path, headers), ['Cancelled', 'cancelled'])
})
