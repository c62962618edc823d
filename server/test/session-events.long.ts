import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import { eventsOf, type ReadEvent, shortOf } from '../src/payments/events/test-event-stream.ts'
import { type Received, startReceiver } from '../src/payments/webhooks/test-receiver.ts'
import { runAdmin } from './harness/test-admin.ts'
import { eventually } from './harness/test-eventually.ts'
import { makeTestFolder } from './harness/test-folder.ts'
import { databaseFor, startPostgres, type TestPostgres } from './harness/test-postgres.ts'
import { channelPorts, startProcess } from './harness/test-processes.ts'
import { startTestTonegate } from './harness/test-tonegate.ts'

let postgres: TestPostgres
before(async () => {
  postgres = await startPostgres()
})
after(() => postgres.stop())

type Started = Awaited<ReturnType<typeof startTestTonegate>>

/** Where a session is opened, where its keys are pressed, and where it is followed. */
interface Servers {
  readonly api: Started
  readonly vault: Started
  readonly followedAt: Started
  /** Of commands beside them, for configurations and for payments. */
  readonly environment: { readonly api: NodeJS.ProcessEnv; readonly vault: NodeJS.ProcessEnv }
}

const arrangements: Readonly<Record<string, (t: TestContext) => Promise<Servers>>> = {
  async 'one process'(t) {
    const one = await startTestTonegate(t)
    const environment = { TONEGATE_DATA: one.folder }
    return { api: one, vault: one, followedAt: one, environment: { api: environment, vault: environment } }
  },
  async 'two processes'(t) {
    const ports = await channelPorts()
    const vault = await startProcess(t, 'vault', ports)
    const api = await startProcess(t, 'api', ports)
    const environment = { api: { TONEGATE_DATA: api.folder }, vault: { TONEGATE_DATA: vault.folder } }
    return { api, vault, followedAt: api, environment }
  },
  async 'two nodes on PostgreSQL'(t) {
    const folder = makeTestFolder('tonegate-events')
    const shared = {
      TONEGATE_STORE: await databaseFor(postgres.url, folder),
      TONEGATE_SEALING_KEY: Buffer.alloc(32, 7).toString('base64'),
    }
    const one = await startTestTonegate(t, { environment: shared })
    const other = await startTestTonegate(t, { environment: shared })
    const environment = { ...shared, TONEGATE_DATA: one.folder }
    return { api: one, vault: one, followedAt: other, environment: { api: environment, vault: environment } }
  },
}

/** A configuration whose webhook is sent all events, and a session on a call. */
async function startSession(t: TestContext, { api, vault, environment }: Servers) {
  const receiver = await startReceiver(t)
  const account = ['--account', 'Demo nam']
  const admin = async (typed: readonly string[], piped = '', env = environment.api) => {
    const { code, answer: said, complaint } = await runAdmin({ ...env }, typed, piped)
    assert.equal(code, 0, complaint)
    return said
  }
  await admin(['webhook', 'add-secret', 'events', ...account])
  const usual = JSON.parse(await admin(['configuration', 'show', '0', ...account]))
  const webhook = {
    url: `${receiver.url}/hook`,
    signingSecret: 'events',
    privateAddresses: 'allowed',
    events: ['session.progress', 'payment.refunded'],
  }
  await admin(['configuration', 'put', '-', ...account], JSON.stringify({ ...usual, id: 60, webhook }))
  const { callGuid } = (await vault.post('/sandbox/calls', { agentId: 'agent7' })).json
  const created = await api.post(
    '/globalpci/v1/session',
    { agentId: 'agent7', accountConfigurationId: 60, paymentData: { Amount: '12.40', Currency: 'USD' } },
    { authorization: `Bearer ${await api.token()}` },
  )
  assert.equal(created.status, 200, created.text)
  return {
    receiver,
    admin,
    sessionGuid: created.json.sessionGuid as string,
    press: (keys: string) => vault.post(`/sandbox/calls/${callGuid}/keys`, { keys }),
  }
}

async function follow(
  { origin, token }: Started,
  guid: string,
  headers: Readonly<Record<string, string>> = {},
) {
  const response = await fetch(`${origin}/globalpci/v1/session/${guid}/events`, {
    headers: { authorization: `Bearer ${await token()}`, ...headers },
  })
  assert.equal(response.status, 200)
  return eventsOf(response)
}

const typeOf = ({ body }: Received): string => JSON.parse(body).type ?? 'status'
const isOf = (type: string) => (message: Received) => typeOf(message) === type

for (const [name, start] of Object.entries(arrangements)) {
  test(`a session is followed to its end, by a stream and by webhooks: ${name}`, async (t) => {
    const servers = await start(t)
    const { receiver, admin, press, sessionGuid } = await startSession(t, servers)
    const stream = await follow(servers.followedAt, sessionGuid)
    await press('4111111111111111#')
    const heard: (ReadEvent | undefined)[] = [await stream.next(), await stream.next()]
    await press('1230#123#1')
    heard.push(...(await stream.rest()))
    assert.deepEqual(shortOf(heard), [
      '1 opened',
      '2 field-complete pan',
      '3 field-complete expiry',
      '4 field-complete security-code',
      '5 processing',
      '6 Finished',
    ])
    const headers = { authorization: `Bearer ${await servers.api.token()}` }
    const status = await servers.api.send(`/globalpci/v1/session/${sessionGuid}`, { headers })
    assert.deepEqual(heard.at(-1)?.data.session, status.json)
    assert.doesNotMatch(JSON.stringify(heard.slice(0, -1)), /4111|1111|digits|123\b/)
    const again = await follow(servers.followedAt, sessionGuid, { 'last-event-id': '4' })
    assert.deepEqual(shortOf(await again.rest()), ['5 processing', '6 Finished'])
    const messages = await receiver.got(6)
    assert.equal(messages.find(isOf('status'))?.body, status.text)
    const told = messages.filter(isOf('session.progress')).map(({ body }) => JSON.parse(body).data.sequence)
    assert.deepEqual(told.sort(), [1, 2, 3, 4, 5])
    await admin(
      [
        'payment',
        'refund',
        sessionGuidIn(servers, sessionGuid, status.json),
        '--amount',
        '2.40',
        '--yes',
        '--as',
        'Jo',
      ],
      '',
      servers.environment.vault,
    )
    await servers.api.post(`/globalpci/v1/session/${sessionGuid}/refund`, { amount: '5.00' }, headers)
    const refunds = await eventually(async () => {
      const found = receiver.received.filter(isOf('payment.refunded'))
      return found.length === 2 && found.map(({ body }) => JSON.parse(body).data)
    })
    assert.deepEqual(
      refunds.map(({ operation: { amount, requestedBy } }) => [amount, requestedBy.kind]).sort(),
      [
        ['2.40', 'operator'],
        ['5.00', 'client'],
      ],
    )
  })
}

/** The vault of another process knows a session by its provider's name. */
const sessionGuidIn = (
  { api, vault }: Servers,
  sessionGuid: string,
  { providerSessionGuid }: { readonly providerSessionGuid: string },
) => (api === vault ? sessionGuid : providerSessionGuid)
