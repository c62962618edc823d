import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { eventually } from '../../test/harness/test-eventually.ts'
import { channelPorts, environmentOf, startHalf } from '../../test/harness/test-processes.ts'
import { startTestTonegate } from '../../test/harness/test-tonegate.ts'
import { createMovableClock } from '../base/clock.ts'
import { openSqlite } from '../store/sqlite.ts'
import { startChannelProxy } from './test-channel-proxy.ts'

/** Two processes; the first launch between them is held back until the test lets it go. */
async function startHeld(t: TestContext) {
  const ports = await channelPorts()
  const vault = await startHalf(t, 'vault', ports)
  const { promise: mayGoOn, resolve: goOn } = Promise.withResolvers<void>()
  const proxy = await startChannelProxy(ports.vault, 'the launch is on its way', async () => {
    await mayGoOn
    return 'go on' as const
  })
  t.after(() => {
    goOn()
    proxy.close()
  })
  const clock = createMovableClock()
  const api = await startTestTonegate(t, {
    clock,
    environment: environmentOf('api', { ...ports, vault: proxy.port }),
  })
  assert.match((await api.send('/readyz')).text, /works/)
  proxy.arm()
  const store = await openSqlite(join(vault.folder, 'nam.db'))
  t.after(() => store.close())
  const captures = store.prepare((db, _: object) =>
    db.selectFrom('capture_session').select(['guid', 'state']),
  )

  return {
    vault,
    api,
    clock,
    goOn,
    proxy,
    captures: () => captures.all(store.reader, {}),
    async ask(key?: string, changes: object = {}) {
      const body = { agentId: 'agent7', paymentData: { Amount: '12.40', Currency: 'USD' }, ...changes }
      return api.post('/globalpci/v1/digitalsession', body, {
        authorization: `Bearer ${await api.token()}`,
        ...(key && { 'idempotency-key': key }),
      })
    },
    /** The first launch is waited for as long as the API waits. */
    async givenUp<T>(asked: Promise<T>): Promise<T> {
      await eventually(async () => proxy.hasHappened())
      await clock.advance(30_000)
      return asked
    },
  }
}

test('a launch that comes after it was called off is no session', async (t) => {
  const { ask, givenUp, captures, clock, goOn } = await startHeld(t)
  assert.equal((await givenUp(ask())).status, 503)
  await eventually(async () => {
    await clock.advance(1000)
    return (await captures()).some(({ state }) => state === 'called-off')
  })
  goOn()
  const second = await ask()
  assert.equal(second.status, 200)
  await eventually(async () => (await captures()).length === 2)
  const open = (await captures()).filter(({ state }) => state === 'open')
  assert.deepEqual(
    open.map(({ guid }) => guid),
    [second.json.providerSessionGuid],
  )
})

test('a key that comes again while its first launch has not arrived is one session, and another body is refused', async (t) => {
  const { ask, givenUp, captures, goOn } = await startHeld(t)
  const first = ask('k')
  assert.equal((await givenUp(first)).status, 503)
  const other = await ask('k', { paymentData: { Amount: '12.41', Currency: 'USD' } })
  assert.equal(other.status, 422)
  const two = await Promise.all([ask('k'), ask('k')])
  const opened = two.find(({ status }) => status === 200)
  for (const { status } of two) assert.ok(status === 200 || status === 409)
  goOn()
  await eventually(async () => (await captures()).length > 0)
  assert.deepEqual(
    (await captures()).map(({ guid, state }) => [guid, state]),
    [[opened?.json.providerSessionGuid, 'open']],
  )
  assert.equal((await ask('k')).text, opened?.text)
})
