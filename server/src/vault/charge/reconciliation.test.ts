import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { makeTestFolder } from '../../../test/harness/test-folder.ts'
import { createMovableClock } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import { createLog } from '../../base/log.ts'
import { inSpan } from '../../base/tracing/in-span.ts'
import { createTestTracer } from '../../base/tracing/test-tracer.ts'
import type { Store } from '../../store/store.ts'
import { openTestStore } from '../../store/test-store.ts'
import type { GatewayAnswer } from '../model/gateway.ts'
import { prepareVaultRows } from '../model/vault-rows.ts'
import { insertTestAttempt } from '../test-attempt.ts'
import { approval, settle, testSealer } from '../test-vault.ts'
import type { ChargeAttempt } from './attempt.ts'
import { createReconciliation } from './reconciliation.ts'

const [second, minute, hour] = [1000, 60_000, 3_600_000]

/**
 * Several nodes that look on one database, each once a second, for the outcome of a payment whose session ends without an
 * answer; their gateway knows what the test says.
 */
async function startLooking(t: TestContext) {
  const folder = makeTestFolder('tonegate-looking')
  const clock = createMovableClock()
  const began = clock.now()
  const asked: number[] = []
  const found: GatewayAnswer[] = []
  const state: { known?: GatewayAnswer; answers: () => Promise<void> } = { answers: async () => {} }
  const stores: Store[] = []
  const { tracer, spans } = createTestTracer()

  async function node() {
    const store = await openTestStore(join(folder, 'nam.db'))
    stores.push(store)
    const rows = prepareVaultRows(store)
    const closing = new AbortController()
    const reconciliation = createReconciliation({
      ...{
        store,
        rows,
        clock,
        closing: closing.signal,
        sealer: testSealer,
        log: createLog('silent'),
        tracer,
      },
      async reconcile() {
        asked.push((clock.now() - began) / second)
        await inSpan('ask gateway', {}, () => state.answers())
        return state.known
      },
      async found({ idempotencyKey: idempotency_key }, answer) {
        const written = { idempotency_key, answered_at: clock.now(), answer: '{}' }
        if ((await store.write((tx) => rows.answerAttempt.run(tx, written))) === 1) found.push(answer)
      },
    })
    const stop = clock.every(second, () => void reconciliation.sweep().catch(() => {}))
    return {
      store,
      rows,
      reconciliation,
      async dies() {
        stop()
        reconciliation.close()
        stores.splice(stores.indexOf(store), 1)
        await store.close()
      },
    }
  }

  const one = await node()
  t.after(async () => {
    await Promise.all(stores.map((store) => store.close()))
    rmSync(folder, { recursive: true })
  })
  const key = await insertTestAttempt(one.store)
  const end = (from = one, watch = true) =>
    from.store.write(async (tx) => {
      const ended = { guid: 'session' as Guid, ended_at: 1, result: '{}', sealed_fields: null, ending: null }
      await from.rows.endSession.run(tx, ended)
      if (watch) await from.reconciliation.watch(tx, { idempotencyKey: key } as ChargeAttempt)
    })
  const pass = async (milliseconds: number, step = minute) => {
    for (let passed = 0; passed < milliseconds; passed += step) await clock.advance(step)
  }
  return { clock, asked, found, state, key, one, node, end, pass, spans }
}

test('an outcome is looked for after half a minute, then twice as late each time, at last every hour', async (t) => {
  const { asked, end, pass } = await startLooking(t)
  await end()
  await pass(5 * hour)
  assert.deepEqual(asked.slice(0, 8), [30, 60, 120, 240, 480, 960, 1920, 3840])
  assert.deepEqual(
    asked.slice(8).map((at, index) => at - (asked[index + 7] ?? 0)),
    asked.slice(8).map(() => 3600),
  )
})

test('it is looked for until it is found, and handed on once', async (t) => {
  const { asked, found, state, end, pass } = await startLooking(t)
  await end()
  await pass(minute)
  state.known = approval
  await pass(10 * minute)
  assert.deepEqual([asked.length, found], [3, [approval]])
})

test('after three days nobody looks any more, but once where something is told', async (t) => {
  const { clock, asked, one, key, end } = await startLooking(t)
  await end()
  for (let hours = 0; hours < 74; hours += 1) await clock.advance(hour)
  const looks = asked.length
  assert.ok((asked.at(-1) ?? 0) > 71 * 3600)
  await clock.advance(5 * hour)
  assert.equal(asked.length, looks)
  await one.store.write((tx) => one.rows.hastenLook.run(tx, { idempotency_key: key }))
  await clock.advance(5 * hour)
  assert.equal(asked.length, looks + 1)
})

test('an answer that is under way when the node closes is dropped', async (t) => {
  const { clock, asked, found, state, one, end } = await startLooking(t)
  const given = Promise.withResolvers<void>()
  state.answers = () => given.promise
  state.known = approval
  await end()
  await clock.advance(30 * second)
  one.reconciliation.close()
  given.resolve()
  await settle()
  assert.deepEqual([asked.length, found], [1, []])
})

test('one of two nodes looks, at the times of the one that died where it is the other', async (t) => {
  const { asked, one, node, end, pass } = await startLooking(t)
  await node()
  await end()
  await pass(5 * minute)
  assert.deepEqual(asked, [30, 60, 120, 240])
  await one.dies()
  await pass(10 * minute)
  assert.deepEqual(asked, [30, 60, 120, 240, 480])
})

test('while a node looks no other does; when it dies of that another does at once', async (t) => {
  const { clock, asked, found, state, one, node, end } = await startLooking(t)
  await node()
  state.answers = () => new Promise(() => {})
  await end()
  for (let minutes = 0; minutes < 10; minutes += 1) await clock.advance(minute)
  assert.deepEqual(asked, [30])
  state.answers = async () => {}
  state.known = approval
  await one.dies()
  await clock.advance(second)
  assert.deepEqual([asked, found], [[30, 601], [approval]])
})

test('what is told at another node is looked for at once, and every half minute afresh', async (t) => {
  const { clock, asked, node, end, pass, key } = await startLooking(t)
  const other = await node()
  await end()
  await pass(10 * minute)
  await other.store.write((tx) => other.rows.hastenLook.run(tx, { idempotency_key: key }))
  await clock.advance(31 * second)
  assert.deepEqual(asked.slice(-3), [480, 601, 631])
})

test('what is told while it is being looked for is looked for once more', async (t) => {
  const { clock, asked, one, node, end, key, state } = await startLooking(t)
  const other = await node()
  const given = Promise.withResolvers<void>()
  state.answers = () => given.promise
  await end()
  await clock.advance(30 * second)
  await other.store.write((tx) => other.rows.hastenLook.run(tx, { idempotency_key: key }))
  state.answers = async () => {}
  given.resolve()
  await clock.advance(second)
  assert.deepEqual(asked, [30, 31])
  assert.ok(one)
})

test('what is told before the session has ended is looked for when it has', async (t) => {
  const { clock, asked, one, end, key } = await startLooking(t)
  await one.store.write((tx) => one.rows.hastenLook.run(tx, { idempotency_key: key }))
  await clock.advance(10 * second)
  assert.deepEqual(asked, [])
  await end()
  await clock.advance(second)
  assert.deepEqual(asked, [11])
})

test('a charge whose node died before it was to be looked for is looked for by another', async (t) => {
  const { clock, asked, found, state, one, node, end } = await startLooking(t)
  const other = await node()
  state.known = approval
  await one.dies()
  await clock.advance(10 * second)
  assert.deepEqual(asked, [], 'its session is open, and somebody takes that up')
  await end(other, false)
  await clock.advance(second)
  assert.deepEqual([asked, found], [[11], [approval]])
})

test('each look is a trace of its own, in which the gateway is asked; one that fails says so', async (t) => {
  const { end, pass, spans, state } = await startLooking(t)
  await end()
  await pass(minute, second)
  state.answers = () => Promise.reject(new TypeError('4111111111111111'))
  await pass(2 * minute, second)
  const looks = spans.filter(({ name }) => name === 'look for outcome')
  assert.ok(looks.length >= 2)
  for (const { parent, isOver, attributes } of looks) {
    assert.deepEqual([parent, isOver, attributes], [undefined, true, { 'tonegate.capture_guid': 'session' }])
  }
  assert.deepEqual(
    spans.filter(({ name }) => name === 'ask gateway').map(({ parent }) => parent?.spanId),
    looks.map(({ place }) => place.spanId),
  )
  assert.deepEqual([looks[0]?.error, looks.at(-1)?.error instanceof TypeError], [undefined, true])
})
