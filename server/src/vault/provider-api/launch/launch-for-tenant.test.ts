import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../../../base/clock.ts'
import type { Guid } from '../../../base/guid.ts'
import { createLog } from '../../../base/log.ts'
import { systemRandom } from '../../../base/random.ts'
import type { VaultSessions } from '../../model/vault-sessions.ts'
import { testLaunch } from '../../test-sessions.ts'
import { testSealer } from '../../test-vault.ts'
import { createProviderSessionSeal } from '../provider-session.ts'
import type { ProviderSessionRows } from '../provider-session-rows.ts'
import { createLaunchForTenant, type TenantLaunch } from './launch-for-tenant.ts'

const guid = '0198c0fd-89c0-72e1-8f18-572efd5c5470' as Guid
const order: TenantLaunch = { clientId: 'desk', username: 'ada', flowId: 1, launch: testLaunch }

/** Launches in a vault whose row becomes durable when the test says; the row beside it is written at once. */
function startLaunching() {
  const durable = Promise.withResolvers<void>()
  durable.promise.catch(() => {})
  const cancelled: Guid[] = []
  const sessions = {
    launch: async () => ({
      guid,
      viewUrl: 'view',
      accessToken: 'a',
      refreshToken: 'r',
      paymentFormUrl: 'p',
      durable: durable.promise,
      alongside: (write: (tx: object) => Promise<void>) => write({}),
    }),
    find: (found: Guid) => ({ cancel: async () => void cancelled.push(found) }),
  }
  const rows = { insert: { run: async () => 1 } }
  const launch = createLaunchForTenant({
    record: async () => {},
    sessions: sessions as unknown as Pick<VaultSessions, 'launch' | 'find'>,
    rows: rows as unknown as ProviderSessionRows,
    seal: createProviderSessionSeal(testSealer),
    clock: createMovableClock(),
    random: systemRandom,
    log: createLog('silent'),
  })
  return { launch, cancelled, durable }
}

test('a launch is answered once the session would survive a crash', async () => {
  const { launch, durable, cancelled } = startLaunching()
  let isAnswered = false
  const written = Promise.withResolvers<void>()
  const answer = launch({ ...order, alongside: async () => written.resolve() }).finally(() => {
    isAnswered = true
  })
  await written.promise
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(isAnswered, false)
  durable.resolve()
  const { guid: named, linkId } = await answer
  assert.deepEqual([named, /^\d+$/.test(linkId)], [guid, true])
  assert.deepEqual(cancelled, [])
})

test('a session that cannot be made durable is nobody’s, and takes no card', async () => {
  const { launch, durable, cancelled } = startLaunching()
  durable.reject(new Error('the disk is full'))
  await assert.rejects(launch(order), /the disk is full/)
  assert.deepEqual(cancelled, [guid])
})

test('neither is one whose own row cannot be written', async () => {
  const { launch, durable, cancelled } = startLaunching()
  durable.resolve()
  const alongside = () => Promise.reject(new Error('not written'))
  await assert.rejects(launch({ ...order, alongside }), /not written/)
  assert.deepEqual(cancelled, [guid])
})
