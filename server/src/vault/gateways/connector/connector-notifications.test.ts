import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createLog } from '../../../base/log.ts'
import { signWebhook } from '../../../base/signing/standard-webhooks.ts'
import { createFollowUps } from '../../charge/follow-up-payment.ts'
import { createGatewayCalls } from '../../charge/gateway-calls.ts'
import { Forged, type SentNotification, sharedGateways } from '../../model/gateway.ts'
import { prepareVaultRows } from '../../model/vault-rows.ts'
import { press, startVault, wholeCard } from '../../test-vault.ts'
import { movedByStore } from '../test-ledger.ts'
import { outgoingFor } from '../test-request.ts'
import { connector } from './connector.ts'
import { readConnectorNotifications } from './connector-notifications.ts'
import { connectorSecret, startConnectorDouble } from './double/test-connector.ts'

const now = Date.UTC(2026, 10, 29)
const genuine = { version: 1, about: 'payment', idempotencyKey: 'key-1', gatewayCode: '00' }

const sent = (message: unknown, { sentAt = now, secret = connectorSecret, id = 'message-1' } = {}) => {
  const body = Buffer.from(JSON.stringify(message))
  return { headers: { ...signWebhook({ id, sentAt, body, secrets: [secret] }) }, body, now }
}

const read = (message: SentNotification, secrets = [connectorSecret]) =>
  readConnectorNotifications(message, secrets)

test('a signed message is read, its id the one that it is sent with', () => {
  assert.deepEqual(read(sent({ ...genuine, gatewayReference: 'r-1', more: true })), [
    { id: 'message-1', about: 'payment', key: 'key-1', gatewayReference: 'r-1', gatewayCode: '00' },
  ])
})

test('either of two secrets is right while one is exchanged for the other', () => {
  const former = `whsec_${Buffer.alloc(32, 3).toString('base64')}`
  assert.equal(read(sent(genuine, { secret: former }), [connectorSecret, former]).length, 1)
})

test('what is unsigned, changed, late, early or of another secret is forged', () => {
  const another = `whsec_${Buffer.alloc(32, 9).toString('base64')}`
  for (const [what, message] of [
    ['unsigned', { ...sent(genuine), headers: {} }],
    ['changed', { ...sent(genuine), body: Buffer.from(JSON.stringify({ ...genuine, about: 'other' })) }],
    ['late', sent(genuine, { sentAt: now - 301_000 })],
    ['early', sent(genuine, { sentAt: now + 301_000 })],
    ['another secret', sent(genuine, { secret: another })],
  ] as const) {
    assert.throws(() => read(message), Forged, what)
  }
})

test('what is signed and not understood concerns nobody', () => {
  for (const strange of [
    null,
    [],
    'payment',
    {},
    { ...genuine, about: 'chargeback' },
    { ...genuine, version: 2 },
  ]) {
    assert.equal(read(sent(strange))[0]?.about, 'other')
  }
})

/** A payment through the connector, and the endpoint that tells of it. */
async function startTelling(t: TestContext, purpose: 'charge' | 'authorise') {
  const later: { gateway?: ReturnType<typeof connector.create> } = {}
  const whole = () => later.gateway ?? assert.fail('The gateway is not there yet.')
  const vault = await startVault(t, {
    gateway: {
      authorise: (request) => whole().authorise(request),
      reconcile: (asked) => whole().reconcile(asked),
      capture: (order) => whole().capture(order),
      void: (order) => whole().void(order),
      refund: (order) => whole().refund(order),
      readNotifications: (message) => whole().readNotifications?.(message) ?? [],
    },
  })
  const { clock, store } = vault
  const double = await startConnectorDouble()
  t.after(() => double.close())
  const { send } = outgoingFor(t, { clock })
  const settings = { url: `${double.url}/tonegate`, secrets: [connectorSecret] }
  const gateway = connector.create({ settings: settings as never, send, sendInside: send, clock })
  later.gateway = gateway
  const session = await vault.open({ purpose })
  press(session, wholeCard)
  await session.pay()
  const calls = createGatewayCalls({
    gateways: sharedGateways({ test: gateway }),
    clock,
    log: createLog('silent'),
  })
  return {
    vault,
    key: `${session.guid}-1`,
    guid: session.guid,
    ledger: double.ledger,
    followUps: createFollowUps({ store, rows: prepareVaultRows(store), calls, clock }),
    tell(about: string, idempotencyKey: string) {
      const { headers, body } = sent(
        { version: 1, about, idempotencyKey, gatewayCode: 'R01' },
        { sentAt: clock.now(), id: `${about} ${idempotencyKey}` },
      )
      return vault.vault.notifications.take({ tenant: 7, name: 'test' }, { headers, body })
    },
  }
}

test('after a failed refund, which is then made again, ledger and store agree', async (t) => {
  const { vault, key, guid, ledger, followUps, tell } = await startTelling(t, 'charge')
  await followUps.refund(guid, { amountMinor: 1000 })
  ledger.failRefund(key, 1000)
  await tell('refund-failed', `${key}-refund-1`)
  assert.deepEqual(await movedByStore(vault.store), ledger.moved())
  await followUps.refund(guid)
  assert.deepEqual([await movedByStore(vault.store), ledger.moved()], [{}, {}])
})

test('after a failed capture, which is then made again, ledger and store agree', async (t) => {
  const { vault, key, guid, ledger, followUps, tell } = await startTelling(t, 'authorise')
  await followUps.capture(guid)
  ledger.failCapture(key)
  await tell('capture-failed', `${key}-capture-1`)
  assert.deepEqual(await movedByStore(vault.store), ledger.moved())
  await followUps.capture(guid, { amountMinor: 240 })
  assert.deepEqual(await movedByStore(vault.store), ledger.moved())
})

test('after a capture of the gateway’s own that failed, ledger and store agree', async (t) => {
  const { vault, key, ledger, tell } = await startTelling(t, 'charge')
  ledger.failCapture(key)
  await tell('capture-failed', key)
  assert.deepEqual(await movedByStore(vault.store), ledger.moved())
})
