import assert from 'node:assert/strict'
import { test } from 'node:test'
import { movedByStore } from '../test-ledger.ts'
import type { StartSubject } from '../test-subject.ts'
import { inVault, leapUntil } from './test-in-vault.ts'

export function testAtBank(name: string, start: StartSubject): void {
  for (const [what, decision, outcome] of [
    ['confirms', 'confirms', 'approved'],
    ['refuses', 'refuses', 'declined'],
    ['does not come back', undefined, 'declined'],
  ] as const) {
    test(`${name}: a customer who ${what} at the bank: ${outcome}, and store and ledger agree`, async (t) => {
      const { vault, subject, atBank } = await inVault(t, start)
      const { session, paying } = await atBank()
      assert.deepEqual(subject.double.ledger.moved(), {})
      if (decision) session.challengeAnswered(subject.backFromBank(decision))
      else await vault.clock.advance(700_000)
      await paying
      assert.equal(vault.results[0]?.outcome, outcome)
      const moved = subject.double.ledger.moved()
      assert.equal(Object.keys(moved).length, outcome === 'approved' ? 1 : 0)
      assert.deepEqual(await movedByStore(vault.store), moved)
    })
  }

  test(`${name}: what is lost after the customer has been to the bank is found, and store and ledger agree`, async (t) => {
    const { vault, subject, atBank } = await inVault(t, start)
    subject.double.misbehave('closes', { of: subject.completing })
    const { session, paying } = await atBank()
    session.challengeAnswered(subject.backFromBank('confirms'))
    await paying
    assert.equal(vault.results[0]?.outcome, 'approved')
    assert.deepEqual(await movedByStore(vault.store), subject.double.ledger.moved())
  })

  test(`${name}: a process that ends while its customer is at the bank has moved no money`, async (t) => {
    const { vault, subject, atBank } = await inVault(t, start)
    const { paying } = await atBank()
    await Promise.all([vault.vault.close(), assert.rejects(paying)])
    const restarted = vault.restart()
    await leapUntil(vault.clock, () => vault.results.length === 1)
    await restarted
    assert.equal(vault.results[0]?.outcome, subject.leftAtBank)
    assert.deepEqual(subject.double.ledger.moved(), {})
  })
}
