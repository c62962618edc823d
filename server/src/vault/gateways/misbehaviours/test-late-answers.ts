import assert from 'node:assert/strict'
import { test } from 'node:test'
import { press } from '../../test-vault.ts'
import { movedByStore } from '../test-ledger.ts'
import type { StartSubject } from '../test-subject.ts'
import { card, inVault, leapUntil, waitFor } from './test-in-vault.ts'

export function testLateAnswers(name: string, start: StartSubject): void {
  for (const lateApproval of ['record', 'void'] as const) {
    for (const purpose of ['charge', 'authorise'] as const) {
      test(`${name}: an answer to ${purpose} that comes too late: ${lateApproval}, and store and ledger agree`, async (t) => {
        const { vault, subject } = await inVault(t, start)
        subject.double.misbehave('late', { of: subject.paying })
        const session = await vault.open({ lateApproval, purpose, gatewayTimeoutSeconds: 10 })
        press(session, card)
        const paid = session.pay()
        await waitFor(() => subject.double.asked.length === 1)
        await vault.clock.advance(10_000)
        await paid
        assert.equal(vault.results[0]?.outcome, 'unknown')
        subject.double.answerLate()
        await waitFor(() => vault.results.length === 2)
        const [, second] = vault.results
        assert.deepEqual(
          [second?.outcome, second?.correction],
          lateApproval === 'record' ? ['approved', 'reconciled'] : ['cancelled', 'voided'],
        )
        const moved = subject.double.ledger.moved()
        assert.equal(Object.keys(moved).length, lateApproval === 'record' ? 1 : 0)
        assert.deepEqual(await movedByStore(vault.store), moved)
      })
    }
  }

  for (const purpose of ['charge', 'authorise'] as const) {
    for (const manner of ['closes', 'html', 'never'] as const) {
      test(`${name}: reversals ${purpose} whose answer is lost (${manner}) is asked for again and done once`, async (t) => {
        const { vault, subject } = await inVault(t, start)
        const { double } = subject
        double.misbehave('late', { of: subject.paying })
        double.misbehave(manner, { of: subject.reversals })
        const session = await vault.open({ lateApproval: 'void', purpose, gatewayTimeoutSeconds: 10 })
        press(session, card)
        const paid = session.pay()
        await waitFor(() => double.asked.length === 1)
        await vault.clock.advance(10_000)
        await paid
        double.answerLate()
        await leapUntil(vault.clock, () => vault.results.length === 2)
        assert.equal(vault.results[1]?.outcome, 'cancelled')
        const { voided, refunded } = double.ledger.counted
        assert.equal(voided + refunded, 1)
        assert.deepEqual(double.ledger.moved(), {})
        assert.deepEqual(await movedByStore(vault.store), {})
      })
    }
  }
}
