/**
 * Compares how long a sign-in takes for an unknown username and for a wrong password, in runs that take turns.
 * `node server/src/identity/users/sign-in-timing.soak.ts [pairs]` ends with 1 when the two can be told apart: when
 * their medians differ by more than a twentieth and Welch's t says that it is not chance.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMovableClock } from '../../base/clock.ts'
import { createGuids } from '../../base/guid.ts'
import { createLog } from '../../base/log.ts'
import { systemRandom as random } from '../../base/random.ts'
import { createThrottle } from '../../base/throttle/throttle.ts'
import { personRules } from '../../base/throttle/throttle-rules.ts'
import { openSqlite } from '../../store/sqlite.ts'
import { createAdministration } from '../administration.ts'
import { createUserAuthentication } from './authenticate-user.ts'
import { createPasswordHashing } from './password-hashing.ts'

const pairs = Number(process.argv[2] ?? 200)
const folder = mkdtempSync(join(tmpdir(), 'tonegate-timing-'))
const store = await openSqlite(join(folder, 'nam.db'))
const clock = createMovableClock()
const hashing = createPasswordHashing()
try {
  const newGuid = createGuids({ clock, random })
  const { accounts, users } = createAdministration({ store, clock, random, newGuid })
  const { id: accountId } = await accounts.create({ name: 'Harbour Street Books', production: false })
  const person = { accountId, password: 'correct horse battery', agentId: null, licence: 'agent' } as const
  for (let n = 0; n < pairs; n += 1) await users.create({ ...person, username: `known.${n}` })
  const authenticateUser = createUserAuthentication({
    store,
    clock,
    random,
    derive: hashing.derive,
    throttle: createThrottle(clock, personRules),
    log: createLog('silent'),
  })

  const timed = async (username: string, n: number): Promise<number> => {
    const address = `10.0.${n >> 8}.${n & 255}`
    const start = performance.now()
    const { outcome } = await authenticateUser({ username, password: 'a wrong password', address })
    const milliseconds = performance.now() - start
    if (outcome !== 'refused') throw new Error(`The outcome is ${outcome}.`)
    return milliseconds
  }

  const known: number[] = []
  const unknown: number[] = []
  for (let n = 0; n < pairs; n += 1) {
    const first = n % 2 === 0 ? 'known' : 'unknown'
    for (const which of [first, first === 'known' ? 'unknown' : 'known']) {
      const times = which === 'known' ? known : unknown
      times.push(await timed(`${which}.${n}`, n))
    }
  }

  const ratio = median(known) / median(unknown)
  const t = welch(known, unknown)
  console.log(`${pairs} pairs: medians ${median(known).toFixed(2)} ms (wrong password) and`)
  console.log(
    `${median(unknown).toFixed(2)} ms (unknown), ratio ${ratio.toFixed(3)}, Welch's t ${t.toFixed(2)}`,
  )
  process.exitCode = Math.abs(ratio - 1) > 0.05 && Math.abs(t) > 4 ? 1 : 0
} finally {
  await hashing.close()
  await store.close()
  rmSync(folder, { recursive: true })
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

function welch(a: readonly number[], b: readonly number[]): number {
  const spread = variance(a) / a.length + variance(b) / b.length
  return (mean(a) - mean(b)) / Math.sqrt(spread)
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function variance(values: readonly number[]): number {
  const middle = mean(values)
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1)
}
