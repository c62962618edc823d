import { setTimeout as pause } from 'node:timers/promises'
import { killRounds } from './harness/test-kill-rounds.ts'

/** `npm run soak:kill`: a hundred times kill -9 under load. Some four minutes. */
const { rounds, answered, charged, paid } = await killRounds(Number(process.env.ROUNDS ?? 100), () =>
  pause(50 + Math.random() * 600),
)
process.stdout.write(
  `${rounds} times killed: ${answered} sessions answered, ${charged} charges begun, ${paid} seen approved; all there, none half.\n`,
)
