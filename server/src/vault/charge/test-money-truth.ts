import assert from 'node:assert/strict'
import type { Outcome } from '@tonegate/protocol/outcome'
import { settle } from '../test-vault.ts'
import type { Entry } from './test-money-ledger.ts'
import type { Payment } from './test-money-payment.ts'

const moved = (money: Entry['money'] | undefined) => money === 'held' || money === 'captured'
const noMoney: ReadonlySet<Outcome> = new Set(['declined', 'failed', 'cancelled'])

/** What is true at every moment. */
export function assertTrue({ ledger, outcomes }: Payment): void {
  assert.ok(ledger.state.asked <= 1, 'the gateway is asked for the money once at most')
  const last = outcomes().at(-1)
  const money = ledger.entry()?.money
  if (last && noMoney.has(last)) assert.ok(!moved(money), `${last} was reported, and the money has moved`)
  for (const [index, outcome] of outcomes().entries()) {
    const before = outcomes()[index - 1]
    if (!before || before === 'unknown' || before === outcome) continue
    const isOver = before === 'approved' || before === 'review'
    assert.ok(isOver && (outcome === 'cancelled' || outcome === 'failed'), `${before}, then ${outcome}`)
  }
}

/** What is true in the end: everything answers, and enough time passes. */
export async function assertSettled(payment: Payment): Promise<void> {
  const { vault, ledger, guid, changes, outcomes } = payment
  ledger.state.knows = true
  ledger.state.failingFollowUps = 0
  ledger.state.answersAbandoned = true
  vault.failWrites(0)
  ledger.decide('approved')
  await vault.restart()
  // What was not captured of it is told until it is.
  if (ledger.entry()?.money === 'not captured')
    await payment.tell('capture-failed', 'here', 'capture-failed, again')
  for (const time of [10_000, 30_000, 60_000, 120_000, 3_600_000, 3_600_000]) await payment.pass(time)
  ledger.expire()
  for (const time of [3_600_000, 3_600_000]) await payment.pass(time)
  await settle()
  assertTrue(payment)
  assert.equal(vault.vault.find(guid), undefined, 'the session has ended')
  const row = await vault.row(guid)
  assert.deepEqual([row?.state, row?.result, row?.sealed_launch], ['ended', null, null])
  const entry = ledger.entry()
  const last = outcomes().at(-1)
  const isCancelled = JSON.parse(row?.ending ?? '{}').end === 'cancelled'
  if (isCancelled) assert.ok(!moved(entry?.money), 'a session that says Cancelled keeps no money')
  const isOther = entry?.answer && 'amount' in entry.answer && entry.answer.amount?.amountMinor !== 1240
  if (isOther && !isCancelled && (changes.lateApproval === 'record' || changes.purpose === 'tokenise')) {
    // Whoever cancels it gets it back, also where another server has ended it by then.
    const isGivenBack = payment.isGivenUp() && last === 'cancelled' && !moved(entry?.money)
    assert.ok(isGivenBack || last === 'unknown', `another sum is never believed: ${last}, ${entry?.money}`)
    return
  }
  assert.notEqual(last, 'unknown', 'in the end it is known')
  if (changes.purpose !== 'tokenise') {
    assert.equal(last === 'approved' || last === 'review', moved(entry?.money), `${last}, ${entry?.money}`)
  }
}
