import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { eventually } from '../../../../test/harness/test-eventually.ts'
import { createLateCommit } from '../../../../test/harness/test-late-commit.ts'
import { createMovableClock } from '../../../base/clock.ts'
import { createGuids } from '../../../base/guid.ts'
import { createLog } from '../../../base/log.ts'
import { systemRandom } from '../../../base/random.ts'
import type { NodeId } from '../../../store/nodes/node-id.ts'
import type { Store } from '../../../store/store.ts'
import { openTestStore } from '../../../store/test-store.ts'
import { press, region, testGateway, testSealer, wholeCard } from '../../test-vault.ts'
import { createProviderApi } from '../provider-api.ts'
import { callbackTo, startProviderApi, startReceiver, testFlow, values } from '../test-provider-api.ts'

/** A session that has ended as unknown, and another server on the same database, beside the one that has told of it. */
async function startTwo(t: TestContext, url: string) {
  const gateway = testGateway({ answers: () => new Promise(() => {}) })
  const started = await startProviderApi(t, { gateway, flow: { ...testFlow, callback: callbackTo(url) } })
  const { clock, file } = started
  const stores: Store[] = []
  async function another(wrap = (store: Store) => store) {
    const store = await openTestStore(file)
    stores.push(store)
    await store.requireWritable()
    const itsClock = createMovableClock(clock.now())
    const api = createProviderApi({
      store: wrap(store),
      clock: itsClock,
      random: systemRandom,
      newGuid: createGuids({ clock: itsClock, random: systemRandom }),
      sealer: testSealer,
      log: createLog('silent'),
      region,
      sessions: started.vault,
      requestsPerSecond: null,
    })
    t.after(() => api.close())
    const advance = (milliseconds: number) =>
      Promise.all([clock.advance(milliseconds), itsClock.advance(milliseconds)])
    return { api, advance }
  }
  t.after(() => Promise.all(stores.map((store) => store.close())))
  const { session, Id: guid } = await started.launched({ FlowId: 695, InitialValues: values })
  const known = {
    guid,
    end: 'payment-connector-error',
    outcome: 'approved',
    correction: 'reconciled',
  } as const
  return {
    ...started,
    another,
    known,
    /** Its outcome is unknown after so long. */
    async pay() {
      press(session, `${wholeCard}1`)
      await clock.advance(30_000)
    },
  }
}

/** A server that answers what the test says, when it says so. */
async function startSlowReceiver(t: TestContext) {
  const posted: string[] = []
  const answers: ((status: number) => void)[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    posted.push(new URLSearchParams(body).get('transactionResult') ?? '')
    answers.push((status) => response.writeHead(status).end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/callback`, posted, answers }
}

test('of two servers that find a callback due one posts it', async (t) => {
  const { url, posted, answers } = await startSlowReceiver(t)
  const { another, pay, callbackRows } = await startTwo(t, url)
  await pay()
  const { api, advance } = await another()
  await api.start()
  for (let tries = 1; tries <= 4; tries += 1) {
    await eventually(async () => {
      await advance(1_000)
      return posted.length >= tries
    })
    await advance(2_000)
    assert.equal(posted.length, tries, 'while it is being posted, nobody else does')
    answers[tries - 1]?.(500)
    await eventually(async () => (await callbackRows())[0]?.attempts === tries)
  }
})

test('a newer result at another server is posted when the older one has been', async (t) => {
  const { url, posted, answers } = await startSlowReceiver(t)
  const { another, pay, known, callbackRows } = await startTwo(t, url)
  await pay()
  const { api, advance } = await another()
  await eventually(() => posted.length === 1)
  await api.reports.recordResult(known)
  await advance(3_000)
  assert.deepEqual(posted, ['ERROR'])
  answers[0]?.(204)
  await eventually(async () => {
    await advance(1_000)
    return posted.length === 2
  })
  answers[1]?.(204)
  await eventually(async () => (await callbackRows()).length === 0)
  assert.deepEqual(posted, ['ERROR', 'SUCCESS'])
})

test('a result that two servers report at once is told once', async (t) => {
  const receiver = await startReceiver(t)
  const { another, known, callbackRows } = await startTwo(t, receiver.url)
  let late: ReturnType<typeof createLateCommit> | undefined
  const one = await another((store) => {
    late = createLateCommit(store)
    return late.store
  })
  const other = await another()
  await late?.during(
    () => one.api.reports.recordResult(known),
    () => other.api.reports.recordResult(known),
  )
  await eventually(async () => receiver.received.length > 0 && (await callbackRows()).length === 0)
  assert.equal(receiver.received.length, 1)
})

test('what a server was posting that is not there any more is posted by another at once', async (t) => {
  const { url, posted } = await startSlowReceiver(t)
  const { another, pay, store } = await startTwo(t, url)
  await pay()
  const { api, advance } = await another()
  await eventually(() => posted.length === 1)
  await api.start()
  await advance(3_000)
  assert.equal(posted.length, 1)
  const leave = store.prepare((db, p: { id: NodeId }) =>
    db.updateTable('provider_callback').set({ held_by: p.id }).where('held_by', 'is not', null),
  )
  assert.equal(await store.write((tx) => leave.run(tx, { id: 'gone' as NodeId })), 1)
  let seconds = 0
  await eventually(async () => {
    await advance(1_000)
    seconds += 1
    return posted.length === 2
  })
  assert.ok(seconds <= 5, 'and not when its hold is over')
})

test('a callback that a server was posting when it died is posted by another when its hold is over', async (t) => {
  const { url, posted, answers } = await startSlowReceiver(t)
  const { another, known, callbackRows } = await startTwo(t, url)
  let isDead = false
  const { api, advance } = await another((store) => ({
    ...store,
    write: (operation) => (isDead ? Promise.reject(new Error('It is dead.')) : store.write(operation)),
  }))
  await api.reports.recordResult(known)
  await eventually(() => posted.length === 1)
  isDead = true
  answers[0]?.(204)
  for (let seconds = 0; seconds < 44; seconds += 1) await advance(1_000)
  assert.equal(posted.length, 1)
  await eventually(async () => {
    await advance(1_000)
    return posted.length === 2
  })
  answers[1]?.(204)
  await eventually(async () => (await callbackRows()).length === 0)
  assert.deepEqual(posted, ['SUCCESS', 'SUCCESS'])
})

test('an older result that another server reports late changes nothing', async (t) => {
  const receiver = await startReceiver(t)
  const { another, known, callbackRows } = await startTwo(t, receiver.url)
  const [one, other] = [await another(), await another()]
  await one.api.reports.recordResult({ ...known, outcome: 'cancelled', correction: 'voided' })
  await other.api.reports.recordResult(known)
  const { correction: _, ...first } = known
  await other.api.reports.recordResult({ ...first, outcome: 'unknown' })
  await eventually(async () => receiver.received.length > 0 && (await callbackRows()).length === 0)
  assert.equal(receiver.received.length, 1)
})
