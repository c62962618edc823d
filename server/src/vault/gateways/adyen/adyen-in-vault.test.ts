import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Gateway } from '../../model/gateway.ts'
import { press, startVault } from '../../test-vault.ts'
import { movedByStore } from '../test-ledger.ts'
import { outgoingFor, testSender } from '../test-request.ts'
import { createAdyenGateway } from './adyen-gateway.ts'
import { adyenApiKey, hasAPart, hmacKey, merchantAccount, startAdyenDouble } from './double/test-adyen.ts'

const asking = { pan: '4212345678901245', expiry: '1230', securityCode: '123' }
const yes = { redirectResult: 'redirect-1!confirms' }

/** A vault whose next process has an adapter that knows nothing of what the one before was asked. */
async function start(t: TestContext, options: Parameters<typeof startAdyenDouble>[0] = {}) {
  const adyen = await startAdyenDouble(options)
  t.after(() => adyen.close())
  let adapter: Gateway | undefined
  const gateway = (): Gateway => {
    adapter ??= createAdyenGateway({
      settings: { apiKey: adyenApiKey, merchantAccount, hmacKey, baseUrl: adyen.url },
      send: outgoingFor(t).send,
      clock: vault.clock,
    })
    return adapter
  }
  const vault = await startVault(t, {
    gateway: {
      authorise: (request) => gateway().authorise(request),
      completeChallenge: async (completion) =>
        gateway().completeChallenge?.(completion) ?? Promise.reject(new Error('It asks nobody.')),
      reconcile: (asked) => gateway().reconcile(asked),
      capture: (order) => gateway().capture(order),
      void: (order) => gateway().void(order),
      refund: (order) => gateway().refund(order),
    },
  })
  return {
    adyen,
    vault,
    async nextProcess() {
      adapter = undefined
      await vault.restart()
    },
    async agree() {
      assert.deepEqual(await movedByStore(vault.store), adyen.ledger.moved())
    },
  }
}

async function until(is: () => boolean): Promise<void> {
  for (let turn = 0; !is(); turn += 1) {
    if (turn === 5_000) throw new Error('It does not come.')
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

async function atBank({ vault }: Awaited<ReturnType<typeof start>>) {
  const session = await vault.open()
  const paying = session.submitCard(asking, testSender)
  paying.catch(() => {})
  await until(() => session.challenge() !== undefined)
  return { session, paying }
}

test('a customer who comes back to the next process has paid, once, and store and ledger agree', async (t) => {
  const started = await start(t)
  const { vault, adyen } = started
  const { session } = await atBank(started)
  await started.nextProcess()
  vault.find(session.guid).challengeAnswered(yes)
  await until(() => vault.results.length === 1)
  assert.equal(vault.results[0]?.outcome, 'approved')
  assert.equal(adyen.ledger.counted.authorised, 1)
  await started.agree()
})

test('a customer who does not come back to the next process has not paid', async (t) => {
  const started = await start(t)
  const { vault } = started
  await atBank(started)
  await started.nextProcess()
  await vault.clock.advance(700_000)
  await until(() => vault.results.length === 1)
  assert.equal(vault.results[0]?.outcome, 'declined')
  assert.deepEqual(started.adyen.ledger.moved(), {})
  await started.agree()
})

test('what was handed in when the process ended is handed in by the next, and counts once', async (t) => {
  const started = await start(t)
  const { vault, adyen } = started
  const { session } = await atBank(started)
  adyen.misbehave('never', { of: /details$/ })
  session.challengeAnswered(yes)
  await until(() => adyen.ledger.counted.authorised === 1)
  await started.nextProcess()
  await until(() => vault.results.length === 1)
  assert.equal(vault.results[0]?.outcome, 'approved')
  assert.equal(adyen.ledger.counted.authorised, 1)
  await started.agree()
})

test('a bank that has only a part leaves nothing held, and the payment declined', async (t) => {
  const started = await start(t, { partly: 'always' })
  const { vault } = started
  for (const purpose of ['charge', 'authorise'] as const) {
    const session = await vault.open({ purpose })
    press(session, `${hasAPart}#1230#123#`)
    await session.pay()
  }
  assert.deepEqual(
    vault.results.map(({ outcome }) => outcome),
    ['declined', 'declined'],
  )
  assert.deepEqual(started.adyen.ledger.moved(), {})
  await started.agree()
})

test('a part whose release is lost leaves the payment open, until it has been voided', async (t) => {
  const started = await start(t, { partly: 'always' })
  const { vault, adyen } = started
  for (const manner of ['closes', 'html', 'broken-json'] as const) {
    adyen.misbehave(manner, { carriesOut: manner !== 'closes', of: /reversals$/ })
  }
  const session = await vault.open()
  press(session, `${hasAPart}#1230#123#`)
  await session.pay()
  for (let minutes = 0; vault.results.length < 2 && minutes < 60; minutes += 1) {
    await vault.clock.advance(60_000)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  assert.deepEqual(
    vault.results.map(({ outcome }) => outcome),
    ['unknown', 'declined'],
  )
  assert.deepEqual(adyen.ledger.moved(), {})
  await started.agree()
})
