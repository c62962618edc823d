import type { TestContext } from 'node:test'
import { createMovableClock } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import { createThrottle } from '../../base/throttle/throttle.ts'
import { personRules } from '../../base/throttle/throttle-rules.ts'
import { startIdentity } from '../test-identity.ts'
import { createUserAuthentication } from './authenticate-user.ts'
import type { Derivation, Derive } from './hash-password.ts'
import { quickTag } from './test-hashing.ts'

export const ownAddress = '192.0.2.1'
export const password = 'correct horse battery'

/**
 * For the tests: the check of passwords on a real store and a movable clock of its own, with a derivation that takes
 * no time and is counted. `hold` lets the next ones wait until they are released.
 */
export async function startSignIns(t: TestContext) {
  const started = await startIdentity(t)
  const { store, random, log, identity, account } = started
  const clock = createMovableClock()
  const derivations: Derivation[] = []
  let gate: Promise<void> = Promise.resolve()
  let fault: Error | undefined
  const derive: Derive = async (derivation) => {
    derivations.push(derivation)
    await gate
    if (fault !== undefined) throw fault
    return quickTag(derivation)
  }
  const throttle = createThrottle(clock, personRules)
  const authenticateUser = createUserAuthentication({ store, clock, throttle, derive, random, log })

  const keptStatement = store.prepare((db, p: { id: Guid }) =>
    db.selectFrom('user').select('password_hash').where('id', '=', p.id),
  )
  const keepStatement = store.prepare((db, p: { id: Guid; password_hash: string }) =>
    db.updateTable('user').set({ password_hash: p.password_hash }).where('id', '=', p.id),
  )
  const keep = (id: Guid, password_hash: string) =>
    store.write((tx) => keepStatement.run(tx, { id, password_hash }))

  async function createPerson(username: string): Promise<Guid> {
    const order = {
      accountId: account.id,
      username,
      password,
      agentId: 'agent12345',
      licence: 'agent',
    } as const
    return (await identity.users.create(order)).id
  }

  return {
    ...started,
    clock,
    derivations,
    userId: await createPerson('agent.one'),
    createPerson,
    keep,
    kept: async (id: Guid) => (await keptStatement.first(store.reader, { id }))?.password_hash,
    signIn: (changes: Partial<Parameters<typeof authenticateUser>[0]> = {}) =>
      authenticateUser({ username: 'agent.one', password, address: ownAddress, ...changes }),
    hold(): () => void {
      const { promise, resolve } = Promise.withResolvers<void>()
      gate = promise
      return resolve
    },
    failWith(error: Error | undefined): void {
      fault = error
    },
  }
}
