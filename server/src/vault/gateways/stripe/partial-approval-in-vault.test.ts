import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Gateway } from '../../model/gateway.ts'
import { press, startVault } from '../../test-vault.ts'
import { movedByStore } from '../test-ledger.ts'
import { outgoingFor } from '../test-request.ts'
import { startStripeDouble, stripeApiKey } from './double/test-stripe.ts'
import { createStripeGateway } from './stripe-gateway.ts'

for (const purpose of ['charge', 'authorise'] as const) {
  for (const answer of ['comes', 'is lost', 'of its release is lost'] as const) {
    test(`in the vault, a part (${purpose}) whose answer ${answer} is declined: store and ledger agree`, async (t) => {
      const later: { gateway?: Gateway } = {}
      const gateway = (): Gateway => {
        assert.ok(later.gateway)
        return later.gateway
      }
      const vault = await startVault(t, {
        gateway: {
          authorise: (request) => gateway().authorise(request),
          reconcile: (asked) => gateway().reconcile(asked),
          capture: (order) => gateway().capture(order),
          void: (order) => gateway().void(order),
          refund: (order) => gateway().refund(order),
        },
      })
      const double = await startStripeDouble({ clock: vault.clock })
      t.after(() => double.close())
      later.gateway = createStripeGateway({
        settings: { apiKey: stripeApiKey, baseUrl: double.url },
        send: outgoingFor(t, { clock: vault.clock }).send,
        clock: vault.clock,
      })
      double.approvesPart(700)
      if (answer === 'is lost') double.misbehave('closes')
      if (answer === 'of its release is lost') double.misbehave('closes', { of: /(cancel|refunds)$/ })
      const session = await vault.open({ purpose, lateApproval: 'record' })
      press(session, '4111111111111111#1230#123#')
      await session.pay()
      const [result] = vault.results
      assert.deepEqual([result?.outcome, result?.charge?.declineReason], ['declined', 'insufficient-funds'])
      assert.equal(double.ledger.counted.authorised, 1)
      assert.deepEqual(double.ledger.moved(), {})
      assert.deepEqual(await movedByStore(vault.store), {})
    })
  }
}
