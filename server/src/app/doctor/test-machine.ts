import { createMovableClock } from '../../base/clock.ts'
import type { Got } from './get.ts'
import type { Machine } from './machine.ts'

/** A machine in good health, that answers by what it is given. */
export const testMachine = ({
  answers = {},
  ...differs
}: Partial<Machine> & { readonly answers?: Readonly<Record<string, Got>> } = {}): Machine => ({
  clock: createMovableClock(),
  nodeVersion: '26.1.0',
  uid: process.getuid?.(),
  stat: () => ({ uid: process.getuid?.() ?? 0, mode: 0o40700 }),
  freeBytes: () => 50e9,
  readSystem: (path) => (path === '/proc/swaps' ? 'Filename Type\n' : undefined),
  get: async (url) => answers[url] ?? { fault: 'it refused the connection' },
  ...differs,
})
