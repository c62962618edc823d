import { playPayments } from './test-money-model.ts'

/** `npm run soak:money`: thousands of payments in which everything goes wrong, in every order. Some minutes. */
const { runs, ends } = await playPayments(Number(process.env.RUNS ?? 5000))
const stories = [...ends].sort(([, a], [, b]) => b - a).map(([story, count]) => `${count} ${story}\n`)
process.stdout.write(`${runs} payments, and ledger and results agreed in all of them:\n${stories.join('')}`)
