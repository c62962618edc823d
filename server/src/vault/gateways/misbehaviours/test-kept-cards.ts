import assert from 'node:assert/strict'
import { test } from 'node:test'
import { press } from '../../test-vault.ts'
import { movedByStore } from '../test-ledger.ts'
import type { StartSubject } from '../test-subject.ts'
import { card, inVault, leapUntil, waitFor } from './test-in-vault.ts'

export function testKeptCards(name: string, start: StartSubject): void {
  for (const manner of ['as it should', 'closes'] as const) {
    test(`${name}: a kept card is charged once (answered: ${manner}), and store and ledger agree`, async (t) => {
      const { vault, subject, gateway } = await inVault(t, start)
      if (!gateway().authoriseKept) return t.skip('it charges no kept cards')
      const kept = await vault.open({ purpose: 'tokenise' })
      press(kept, card)
      await kept.pay()
      const token = vault.results[0]?.charge?.token ?? assert.fail('no card was kept')
      const launched = await vault.launch(
        { keptCards: 'customer' },
        { keptCard: { token, initiator: 'customer' } },
      )
      if (manner === 'closes') subject.double.misbehave(manner)
      await vault.vault.named.opened(launched.guid)
      await waitFor(() => vault.vault.find(launched.guid) === undefined)
      await leapUntil(vault.clock, () => vault.results.at(-1)?.outcome === 'approved')
      assert.equal(subject.double.ledger.counted.captured, 1)
      assert.deepEqual(await movedByStore(vault.store), subject.double.ledger.moved())
      for (const line of vault.lines) assert.ok(!line.includes(token))
    })
  }
}
