import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { rootSealer, sealerOf } from '../src/app/region-storage.ts'
import { systemClock } from '../src/base/clock.ts'
import { systemRandom } from '../src/base/random.ts'
import { signWebhook } from '../src/base/signing/standard-webhooks.ts'
import { createConfigurations } from '../src/payments/configurations/configurations.ts'
import { withDefaults } from '../src/payments/configurations/read-configuration.ts'
import { openTestStore } from '../src/store/test-store.ts'
import { createGatewayAccounts } from '../src/vault/gateways/accounts/gateway-accounts.ts'
import {
  connectorSecret,
  startConnectorDouble,
} from '../src/vault/gateways/connector/double/test-connector.ts'
import { prepareVaultRows } from '../src/vault/model/vault-rows.ts'
import { eventually } from './harness/test-eventually.ts'
import { startTestTonegate } from './harness/test-tonegate.ts'

const soon = `12${String(new Date().getFullYear() + 3).slice(-2)}`
const double = await startConnectorDouble({ repeats: 'last-4' })
const ends: (() => unknown)[] = []
const started = await startTestTonegate({ after: (end: () => unknown) => ends.push(end) } as never)
after(async () => {
  for (const end of ends) await end()
  await double.close()
})

/** What the commands do, beside a server that runs. */
const store = await openTestStore(join(started.folder, 'nam.db'))
ends.unshift(() => store.close())
const sealer = sealerOf('nam', rootSealer(started.config, systemRandom), systemRandom)
const accounts = store.prepare((db, _: object) => db.selectFrom('account').select('id'))
const account = (await accounts.first(store.reader, {}))?.id ?? 0
const settings = { url: double.url, secrets: [connectorSecret] }
await createGatewayAccounts({ store, sealer, clock: systemClock }).put(account, 'bank', 'connector', settings)
await createConfigurations({ store, clock: systemClock }).put(
  account,
  withDefaults({
    id: 7,
    name: 'Real',
    resultTemplate: 'cybersource',
    defaultCurrency: 'GBP',
    flow: { gateway: 'bank', merchantName: 'Harbour', frameAncestors: ['https://desk.example.com'] },
  }),
)

const authorization = `Bearer ${await started.token()}`
const path = `/globalpci/gateways/${account}/bank/notifications`
let told = 0

/** Sends what the endpoint tells, signed unless the test says otherwise. */
function tell(
  body: string | Buffer,
  {
    to = path,
    type = 'application/json',
    id,
    ...signing
  }: {
    readonly to?: string
    readonly type?: string
    readonly id?: string
    readonly secrets?: readonly string[]
    readonly sentAt?: number
  } = {},
) {
  told += 1
  const bytes = Buffer.from(body)
  const signed = signWebhook({
    id: id ?? `message-${told}`,
    body: bytes,
    sentAt: Date.now(),
    secrets: [connectorSecret],
    ...signing,
  })
  return started.send(to, { method: 'POST', headers: { 'content-type': type, ...signed }, body: bytes })
}

const message = (more: object) => JSON.stringify({ version: 1, gatewayCode: 'R01', ...more })

async function status(sessionGuid: string) {
  const { json } = await started.send(`/globalpci/v1/session/${sessionGuid}`, { headers: { authorization } })
  return json
}

async function pay() {
  const session = {
    agentId: 'agent7',
    accountConfigurationId: 7,
    skipCallTransfer: true,
    paymentData: { Amount: '12.40', Currency: 'GBP' },
  }
  const { json } = await started.post('/globalpci/v1/session', session, { authorization })
  await started.post(`/sandbox/sessions/${json.sessionGuid}/keys`, { keys: `4242424242424242#${soon}#123#1` })
  await eventually(async () => (await status(json.sessionGuid)).sessionState === 'Finished')
  return json as { readonly sessionGuid: string; readonly providerSessionGuid: string }
}

test('a capture that came to nothing is told in the session’s result, once', async () => {
  const { sessionGuid, providerSessionGuid } = await pay()
  const key = `${providerSessionGuid}-1`
  const failed = message({ about: 'capture-failed', idempotencyKey: key })
  const answer = await tell(failed, { id: 'same' })
  assert.deepEqual([answer.status, answer.text], [200, '[accepted]'])
  assert.equal((await tell(failed, { id: 'same' })).status, 200)
  const { paymentResultData, sessionState } = await eventually(async () => {
    const seen = await status(sessionGuid)
    return seen.paymentResultData.paymentFailure && seen
  })
  const { paymentOutcome, paymentFailure, paymentFailureAmount, paymentFailureCode } = paymentResultData
  assert.deepEqual(
    [sessionState, paymentOutcome, paymentFailure, paymentFailureAmount, paymentFailureCode],
    ['Finished', 'failed', 'capture-failed', '1240', 'R01'],
  )
  const orders = await prepareVaultRows(store).followUps.all(store.reader, { attempt_key: key })
  assert.deepEqual(
    orders.map(({ kind, reason }) => [kind, reason]),
    [['capture', 'gateway']],
  )
})

test('what is forged, replayed late or signed by another is refused with 401, and changes nothing', async () => {
  const { sessionGuid, providerSessionGuid } = await pay()
  const failed = message({ about: 'capture-failed', idempotencyKey: `${providerSessionGuid}-1` })
  const another = `whsec_${Buffer.alloc(32, 8).toString('base64')}`
  const before = started.lines.length
  for (const [what, answer] of [
    ['another secret', await tell(failed, { secrets: [another] })],
    ['too late', await tell(failed, { sentAt: Date.now() - 600_000 })],
    ['too early', await tell(failed, { sentAt: Date.now() + 600_000 })],
    ['unsigned', await started.post(path, { about: 'capture-failed' })],
  ] as const) {
    assert.equal(answer.status, 401, what)
    assert.match(answer.json.type, /#forged-notification$/, what)
  }
  const refusals = started.lines.slice(before).filter((line) => line.includes('forged-notification'))
  assert.equal(refusals.length, 4, 'one line for each')
  assert.equal((await status(sessionGuid)).paymentResultData.paymentFailure, undefined)
})

test('where there is no such gateway, or it tells nothing, nothing is read and it is not there', async () => {
  const body = message({ about: 'payment' })
  for (const to of [
    `/globalpci/gateways/${account}/nobody/notifications`,
    `/globalpci/gateways/${account}/sandbox/notifications`,
    `/globalpci/gateways/${account + 1}/bank/notifications`,
    '/globalpci/gateways/x/bank/notifications',
    '/globalpci/gateways/-1/bank/notifications',
    `/globalpci/gateways/${account}/constructor/notifications`,
    `/globalpci/gateways/${account}/${'b'.repeat(600)}/notifications`,
  ]) {
    const answer = await tell(body, { to })
    assert.ok([404, 414].includes(answer.status), `${to}: ${answer.status}`)
  }
  assert.equal((await started.send(path)).status, 405)
})

test('bodies that are none are refused, and those that are only not understood are passed over', async () => {
  assert.equal((await tell('')).status, 400)
  assert.equal((await tell('<xml/>', { type: 'application/xml' })).status, 415)
  assert.equal((await tell('a=b', { type: 'application/x-www-form-urlencoded' })).status, 415)
  assert.equal((await tell(Buffer.alloc(257 * 1024, ' '))).status, 413)
  for (const strange of ['{', '[]', 'null', '"payment"', message({}), message({ about: 'new-thing' })]) {
    assert.equal((await tell(strange)).status, 200, strange)
  }
  const big = message({ about: 'other', filling: 'x'.repeat(200 * 1024) })
  assert.equal((await tell(big)).status, 200)
})

test('whatever is told of payments of others is taken and passed over', async () => {
  for (const about of ['payment', 'capture-failed', 'refund-failed', 'other']) {
    assert.equal((await tell(message({ about, idempotencyKey: 'somebody-else-1' }))).status, 200)
  }
  const rows = store.prepare((db, _: object) =>
    db.selectFrom('gateway_notification').select('id').where('attempt_key', '=', 'somebody-else-1'),
  )
  assert.deepEqual(await rows.all(store.reader, {}), [])
})
