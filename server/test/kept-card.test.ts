import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../src/base/clock.ts'
import { createConfigurations } from '../src/payments/configurations/configurations.ts'
import { withDefaults } from '../src/payments/configurations/read-configuration.ts'
import { openTestStore } from '../src/store/test-store.ts'
import type { Flow } from '../src/vault/model/launch.ts'
import { eventually } from './harness/test-eventually.ts'
import { channelPorts, startProcess } from './harness/test-processes.ts'
import { startTestTonegate } from './harness/test-tonegate.ts'

type Started = Awaited<ReturnType<typeof startTestTonegate>>

const configurationsById: readonly (readonly [number, Pick<Partial<Flow>, 'purpose' | 'keptCards'>])[] = [
  [20, { purpose: 'tokenise' }],
  [21, { keptCards: 'customer' }],
  [22, { keptCards: 'merchant', purpose: 'authorise' }],
  [23, { keptCards: 'customer', purpose: 'tokenise' }],
]

const paymentData = { Amount: '12.40', Currency: 'GBP', MerchantReferenceCode: 'order-1', FirstName: 'John' }

/** What the commands do, beside a server that runs. */
async function configure({ folder }: Started): Promise<void> {
  const store = await openTestStore(join(folder, 'nam.db'))
  const accounts = store.prepare((db, _: object) => db.selectFrom('account').select('id'))
  const account = (await accounts.first(store.reader, {}))?.id ?? 0
  const configurations = createConfigurations({ store, clock: systemClock })
  for (const [id, flow] of configurationsById) {
    await configurations.put(
      account,
      withDefaults({
        id,
        name: `kept ${id}`,
        resultTemplate: 'cybersource',
        defaultCurrency: 'GBP',
        flow: {
          gateway: 'sandbox',
          merchantName: 'Harbour',
          frameAncestors: ['https://desk.example.com'],
          ...flow,
        },
      }),
    )
  }
  await store.close()
}

/** An API, and the process that its calls and cards are in. */
async function start({ api, vault }: { readonly api: Started; readonly vault: Started }) {
  await configure(api)
  const authorization = `Bearer ${await api.token()}`
  const create = (
    accountConfigurationId: number,
    more: object = {},
    { path = 'session', headers = {} }: { path?: string; headers?: Record<string, string> } = {},
  ) =>
    api.post(
      `/globalpci/v1/${path}`,
      { agentId: 'agent7', accountConfigurationId, skipCallTransfer: true, paymentData, ...more },
      { authorization, ...headers },
    )
  const pays = (configuration: number, cardToken: unknown, more: object = {}) =>
    create(configuration, { paymentData: { ...paymentData, cardToken }, ...more })
  const finished = (sessionGuid: string) =>
    eventually(async () => {
      const { json } = await api.send(`/globalpci/v1/session/${sessionGuid}`, { headers: { authorization } })
      return json.sessionState === 'Finished' && json
    })
  /** Has a caller's card kept, and answers its token. */
  async function keep(): Promise<string> {
    const { callGuid } = (await vault.post('/sandbox/calls', { agentId: 'agent7' })).json
    const { sessionGuid } = (await create(20, { skipCallTransfer: false })).json
    await vault.post(`/sandbox/calls/${callGuid}/keys`, { keys: '4111111111111111#1239#123#' })
    await eventually(async () => {
      await vault.post(`/sandbox/calls/${callGuid}/keys`, { keys: '1' })
      const path = `/globalpci/v1/session/${sessionGuid}`
      return (await api.send(path, { headers: { authorization } })).json.sessionState === 'Finished'
    })
    const { cardToken } = (await finished(sessionGuid)).paymentResultData
    assert.match(cardToken, /^sandbox-card-/)
    return cardToken
  }
  return { create, pays, finished, keep }
}

async function startOne(t: TestContext) {
  const tonegate = await startTestTonegate(t)
  return { tonegate, ...(await start({ api: tonegate, vault: tonegate })) }
}

test('a second payment in the same call is charged to the kept card, and nobody types', async (t) => {
  const { tonegate, keep, create, finished, pays } = await startOne(t)
  const cardToken = await keep()
  const created = await pays(21, cardToken, { skipCallTransfer: false })
  assert.equal(created.status, 200, created.text)
  assert.equal(created.json.paymentFormUrl, '')
  const { paymentResultData, callGuid } = await finished(created.json.sessionGuid)
  const { paymentOutcome, cardLast4, Amount, FirstName } = paymentResultData
  assert.deepEqual([paymentOutcome, cardLast4, Amount, FirstName], ['approved', '1111', '1240', 'John'])
  assert.equal(paymentResultData.cardToken, cardToken, 'what was sent is echoed to whoever sent it')
  assert.ok(callGuid, 'it belongs to the call')
  for (const line of tonegate.lines) assert.ok(!line.includes(cardToken), line)
  const next = await create(21, { skipCallTransfer: false })
  assert.equal(next.status, 200, 'the call is free for another payment')
})

test('the same Idempotency-Key charges a kept card once', async (t) => {
  const { keep, create, finished } = await startOne(t)
  const body = { paymentData: { ...paymentData, CARDTOKEN: await keep() } }
  const options = { headers: { 'idempotency-key': 'order-1' } }
  const [one, other] = [await create(21, body, options), await create(21, body, options)]
  assert.deepEqual(one.json, other.json)
  assert.equal((await finished(one.json.sessionGuid)).paymentResultData.paymentOutcome, 'approved')
})

test('the merchant charges a kept card without a call', async (t) => {
  const { keep, pays, finished } = await startOne(t)
  const created = await pays(22, await keep(), { skipCallTransfer: false, agentId: 'nobody-on-a-call' })
  assert.equal(created.status, 200, created.text)
  assert.equal((await finished(created.json.sessionGuid)).paymentResultData.paymentOutcome, 'approved')
})

test('a customer’s payment wants the customer on the phone', async (t) => {
  const { keep, pays } = await startOne(t)
  const refused = await pays(21, await keep(), { skipCallTransfer: false, agentId: 'nobody-on-a-call' })
  assert.equal(refused.status, 409)
})

test('where it makes no sense or is not allowed, a kept card is refused by its path', async (t) => {
  const { pays, create, tonegate } = await startOne(t)
  const token = 'sandbox-card-0123456789ABCDEF'
  for (const [what, answer, message] of [
    ['never', await pays(0, token), /flow\.keptCards of this account configuration is never/],
    ['to tokenise', await pays(23, token), /is not allowed: flow\.purpose/],
    ['a token of nobody', await pays(21, token), /does not belong to a card that the gateway/],
    [
      'twice',
      await create(21, { paymentData: { ...paymentData, cardToken: token, CardToken: token } }),
      /twice/,
    ],
    [
      'a digital session',
      await create(21, { paymentData: { ...paymentData, cardToken: token } }, { path: 'digitalsession' }),
      /not allowed for digital sessions/,
    ],
    ['no amount', await create(21, { paymentData: { cardToken: token } }), /Amount/],
  ] as const) {
    assert.equal(answer.status, 400, `${what}: ${answer.text}`)
    assert.match(answer.text, message, what)
    assert.ok(!answer.text.includes(token), what)
  }
  const asCard = await pays(21, '4111111111111111')
  assert.match(asCard.json.type, /#card-data-refused$/)
  for (const empty of ['', null]) assert.equal((await pays(0, empty)).status, 200, 'nothing is named')
  for (const line of tonegate.lines) assert.ok(!line.includes(token), line)
})

test('a kept card is charged in the vault’s process, once the other has the session', async (t) => {
  const ports = await channelPorts()
  const vault = await startProcess(t, 'vault', ports)
  const api = await startProcess(t, 'api', ports)
  const { keep, pays, finished } = await start({ api, vault })
  const cardToken = await keep()
  const created = await pays(21, cardToken)
  assert.equal(created.json.paymentFormUrl, '')
  const { paymentResultData } = await finished(created.json.sessionGuid)
  assert.deepEqual([paymentResultData.paymentOutcome, paymentResultData.cardLast4], ['approved', '1111'])
  const unknown = await pays(21, 'sandbox-card-0123456789ABCDEF')
  assert.equal(unknown.status, 400, unknown.text)
  assert.equal(unknown.json.errors[0].path, '/paymentData/cardToken')
  for (const line of [...vault.lines, ...api.lines]) assert.ok(!line.includes(cardToken), line)
})
