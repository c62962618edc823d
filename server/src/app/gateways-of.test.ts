import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { eventually } from '../../test/harness/test-eventually.ts'
import { startTestTonegate } from '../../test/harness/test-tonegate.ts'
import { createMovableClock, systemClock } from '../base/clock.ts'
import { systemRandom } from '../base/random.ts'
import { createSealer } from '../base/seal.ts'
import { createConfigurations } from '../payments/configurations/configurations.ts'
import { withDefaults } from '../payments/configurations/read-configuration.ts'
import { openTestStore } from '../store/test-store.ts'
import { createGatewayAccounts } from '../vault/gateways/accounts/gateway-accounts.ts'
import { connectorSecret, startConnectorDouble } from '../vault/gateways/connector/double/test-connector.ts'
import { testRequest } from '../vault/gateways/test-request.ts'
import { NotSent } from '../vault/model/gateway.ts'
import { openGateways } from './gateways-of.ts'
import { rootSealer, sealerOf } from './region-storage.ts'

const soon = `12${String(new Date().getFullYear() + 3).slice(-2)}`
const paymentData = { Amount: '12.40', Currency: 'GBP', MerchantReferenceCode: 'order-1001' }

/** What the commands do, beside a server that runs. */
async function configureBeside(
  { folder, config }: Awaited<ReturnType<typeof startTestTonegate>>,
  url: string,
) {
  const store = await openTestStore(join(folder, 'nam.db'))
  const clock = systemClock
  const sealer = sealerOf('nam', rootSealer(config, systemRandom), systemRandom)
  const accounts = store.prepare((db, _: object) => db.selectFrom('account').select('id'))
  const account = (await accounts.first(store.reader, {}))?.id ?? 0
  await createGatewayAccounts({ store, sealer, clock }).put(account, 'harbour-bank', 'connector', {
    url,
    secrets: [connectorSecret],
  })
  const flow = {
    gateway: 'harbour-bank',
    merchantName: 'Harbour',
    frameAncestors: ['https://desk.example.com'],
  }
  await createConfigurations({ store, clock }).put(
    account,
    withDefaults({
      id: 7,
      name: 'Real',
      resultTemplate: 'cybersource',
      defaultCurrency: 'GBP',
      flow,
    }),
  )
  await store.close()
}

async function startDouble(t: TestContext) {
  const double = await startConnectorDouble()
  t.after(() => double.close())
  return double
}

test('a payment goes through the gateway that was put for its account, and money moves there once', async (t) => {
  const double = await startDouble(t)
  const tonegate = await startTestTonegate(t)
  await configureBeside(tonegate, double.url)
  const authorization = `Bearer ${await tonegate.token()}`
  const session = { agentId: 'agent12345', paymentData, accountConfigurationId: 7, skipCallTransfer: true }
  const { sessionGuid } = (await tonegate.post('/globalpci/v1/session', session, { authorization })).json
  await tonegate.post(`/sandbox/sessions/${sessionGuid}/keys`, { keys: `4242424242424242#${soon}#123#1` })
  const { paymentResultData } = await eventually(async () => {
    const path = `/globalpci/v1/session/${sessionGuid}`
    const { json } = await tonegate.send(path, { headers: { authorization } })
    return json.sessionState === 'Finished' && json
  })
  assert.equal(paymentResultData.paymentOutcome, 'approved')
  const [moved, ...others] = Object.values(double.ledger.moved())
  assert.deepEqual([moved, others], [{ currency: 'GBP', held: 0, taken: 1240 }, []])
  for (const line of tonegate.lines) assert.doesNotMatch(line, /42424242|whsec_/)
})

test('in production a gateway is reached by TLS alone, and at a private address only where it is said', async (t) => {
  const double = await startDouble(t)
  const { folder } = await startTestTonegate(t)
  const store = await openTestStore(join(folder, 'nam.db'))
  t.after(() => store.close())
  const clock = createMovableClock()
  const sealer = createSealer(Buffer.alloc(32, 7), systemRandom)
  const book = createGatewayAccounts({ store, sealer, clock })
  const gateways = openGateways({ mode: 'production' }, { store, sealer, clock, shared: {} })
  t.after(() => gateways.close())
  const settings = { secrets: [connectorSecret] }
  const byTls = double.url.replace('http:', 'https:')
  await book.put(7, 'plain', 'connector', { ...settings, url: double.url })
  await book.put(7, 'outside', 'connector', { ...settings, url: byTls })
  await book.put(7, 'inside', 'connector', { ...settings, url: byTls, insideNetwork: true })
  await assert.rejects(async () => gateways.find(7, 'plain'), { name: 'UnusableGateway' })
  for (const [name, reason] of [
    ['outside', 'private-address'],
    ['inside', 'bad-certificate'],
  ] as const) {
    const gateway = await gateways.find(7, name)
    assert.ok(gateway)
    await assert.rejects(gateway.authorise(testRequest()), (error: Error) => {
      assert.ok(error instanceof NotSent)
      assert.equal(error.message, reason)
      return true
    })
  }
  assert.equal(double.asked.length, 0)
})
