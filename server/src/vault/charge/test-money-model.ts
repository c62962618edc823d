import fc from 'fast-check'
import type { Flow, Purpose } from '../model/launch.ts'
import { press, settle, wholeCard } from '../test-vault.ts'
import { startPayment } from './test-money-payment.ts'
import { steps } from './test-money-steps.ts'
import { assertSettled } from './test-money-truth.ts'

/**
 * Plays payments in which those around them press, pay and cancel, at two servers on one database, the customer's bank
 * asks, the gateway decides, answers, loses answers and fails, the process dies and time passes, in any order; after each
 * step, and in the end, ledger and results agree.
 *
 * @returns how many were played, and how often each outcome came of it.
 */
export async function playPayments(runs: number, seed?: number) {
  const ends = new Map<string, number>()
  const flow = fc.record({
    purpose: fc.constantFrom<Purpose>('charge', 'charge', 'authorise', 'authorise', 'authorise', 'tokenise'),
    lateApproval: fc.constantFrom<Flow['lateApproval']>('record', 'void'),
    cancelAfterwards: fc.constantFrom<Flow['cancelAfterwards']>('refuse', 'void', 'void'),
  })
  const property = fc.asyncProperty(
    flow,
    fc.boolean(),
    fc.commands(steps, { maxCommands: 40, size: 'max' }),
    async (changes, asksBank, played) => {
      const payment = await startPayment(changes, { asksBank })
      try {
        press(payment.vault.find(payment.guid), wholeCard)
        await settle()
        await fc.asyncModelRun(() => ({ model: {}, real: payment }), played)
        await assertSettled(payment)
        const story = payment
          .outcomes()
          .filter((each, index, all) => each !== all[index - 1])
          .join(' → ')
        ends.set(story, (ends.get(story) ?? 0) + 1)
      } finally {
        await payment.end()
      }
    },
  )
  await fc.assert(property, { numRuns: runs, ...(seed !== undefined && { seed }), endOnFailure: false })
  return { runs, ends }
}
