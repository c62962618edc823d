import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Gateway } from '../../../model/gateway.ts'
import { startVault } from '../../../test-vault.ts'
import { movedByStore } from '../../test-ledger.ts'
import { outgoingFor } from '../../test-request.ts'
import { createCybersourceGateway } from '../cybersource-gateway.ts'
import { cybersourceSettings } from '../double/test-authentication.ts'
import { startCybersourceDouble } from '../double/test-cybersource.ts'
import { page } from '../double/test-page.ts'
import { authenticatedCards } from '../double/test-payer-authentication.ts'

for (const [decision, outcome, taken] of [
  ['confirms', 'approved', 1],
  ['refuses', 'declined', 0],
] as const) {
  test(`a customer who was at the bank when the process ended ${decision} at the next one: ${outcome}`, async (t) => {
    const now: { gateway?: Gateway } = {}
    const called = (): Gateway => now.gateway as Gateway
    const vault = await startVault(t, {
      gateway: {
        authorise: (request) => called().authorise({ ...request, ...page }),
        completeChallenge: (completion) =>
          called().completeChallenge?.(completion) ?? Promise.reject(new Error('It asks nobody.')),
        reconcile: (asked) => called().reconcile(asked),
        capture: (order) => called().capture(order),
        void: (order) => called().void(order),
        refund: (order) => called().refund(order),
      },
    })
    const { clock } = vault
    const double = await startCybersourceDouble({ clock })
    t.after(() => double.close())
    const { send } = outgoingFor(t, { clock })
    const startAdapter = () => {
      const settings = { ...cybersourceSettings, threeDSecure: 'payer-authentication' } as const
      now.gateway = createCybersourceGateway({ settings: { ...settings, baseUrl: double.url }, send, clock })
    }
    startAdapter()
    const session = await vault.open()
    const paying = session.submitCard({
      pan: authenticatedCards.asks,
      expiry: '1230',
      securityCode: '123',
    })
    await until(() => session.challenge() !== undefined)
    const { MD = '' } = session.challenge()?.fields ?? {}
    await Promise.all([vault.vault.close(), assert.rejects(paying)])
    startAdapter()
    await vault.restart()
    await until(() => double.asked.at(-1)?.path === '/tss/v2/searches')
    vault.find(session.guid).challengeAnswered({ ...double.bank.decide(decision), MD })
    await until(() => vault.results.length === 1)
    assert.equal(vault.results[0]?.outcome, outcome)
    assert.equal(double.ledger.counted.captured, taken)
    assert.deepEqual(await movedByStore(vault.store), double.ledger.moved())
  })
}

/** Waits for what comes over a real connection. */
async function until(is: () => boolean): Promise<void> {
  for (let turn = 0; !is(); turn += 1) {
    if (turn === 5_000) throw new Error('It does not come.')
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
