import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { eventually } from '../../../test/harness/test-eventually.ts'
import type { Guid } from '../../base/guid.ts'
import { createLog } from '../../base/log.ts'
import { Problem } from '../../base/problem.ts'
import { openTestStore } from '../../store/test-store.ts'
import type { DistantProvider, Provider } from '../provider.ts'
import { sessionRetentionMilliseconds } from '../retention.ts'
import { fillDisk, keypadConfiguration, paymentData, startPayments } from '../test-payments.ts'
import { createFollowLaunches } from './follow-launches.ts'
import { prepareLaunchRows } from './launch-rows.ts'
import { createLaunchesInHand } from './launches-in-hand.ts'

const digital = { url: '/globalpci/v1/digitalsession' }
const body = { agentId: 'agent7', paymentData }
const unavailable = () => new Problem('provider-unavailable', 'The provider did not answer.')

/** A provider in another process, whose launches are not answered; and at which seconds it was asked what. */
async function startDistant(t: TestContext, changes: Partial<DistantProvider> = {}) {
  const started = await prepareDistant(t, changes)
  await started.payments.start()
  return started
}

async function prepareDistant(t: TestContext, changes: Partial<DistantProvider> = {}) {
  const payments = await startPayments(t)
  const { clock, behaviour, store } = payments
  const began = clock.now()
  const asked: (readonly [string, number])[] = []
  const answers: { callOff: () => Promise<Guid | undefined>; opened: () => Promise<void> } = {
    callOff: async () => undefined,
    opened: async () => {},
  }
  const note = (what: string) => asked.push([what, (clock.now() - began) / 1000])
  behaviour.distant = {
    follow: 'ask',
    isNamed: true,
    adopt: async () => {},
    callOff() {
      note('call off')
      return answers.callOff()
    },
    opened() {
      note('opened')
      return answers.opened()
    },
    ...changes,
  }
  const states = store.prepare((db, _: object) => db.selectFrom('launch_under_way').select('state'))
  return {
    ...payments,
    asked,
    answers,
    states: async () => (await states.all(store.reader, {})).map(({ state }) => state),
    loseAnswer() {
      behaviour.launch = () => {
        delete behaviour.launch
        throw unavailable()
      }
    },
  }
}

test('a lost launch that nobody asks for again is called off at once, and once', async (t) => {
  const { post, loseAnswer, clock, asked, states } = await startDistant(t)
  loseAnswer()
  assert.equal((await post(body, digital)).statusCode, 503)
  await clock.advance(3_600_000)
  assert.deepEqual(asked, [['call off', 0]])
  assert.deepEqual(await states(), ['called-off'])
})

test('a provider that does not say what became of a launch is asked again, at last once a minute', async (t) => {
  const { post, loseAnswer, clock, asked, answers, states, lines } = await startDistant(t)
  answers.callOff = () => Promise.reject(unavailable())
  loseAnswer()
  await post(body, digital)
  for (let second = 0; second < 300; second += 1) await clock.advance(1000)
  assert.deepEqual(
    asked.map(([, at]) => at),
    [0, 1, 3, 7, 15, 31, 63, 123, 183, 243],
  )
  assert.deepEqual(await states(), ['asked'])
  assert.ok(lines.some((line) => line.includes('is not known yet; asking again')))
  answers.callOff = async () => undefined
  await clock.leap(60_000)
  assert.deepEqual(await eventually(async () => (await states())[0] === 'called-off'), true)
})

test('each try to find out what became of a launch is a trace, and an error where it is not known yet', async (t) => {
  const { post, loseAnswer, clock, answers, spans, states } = await startDistant(t)
  answers.callOff = () => Promise.reject(unavailable())
  loseAnswer()
  await post(body, digital)
  await clock.advance(0)
  answers.callOff = async () => undefined
  await clock.advance(1000)
  assert.deepEqual(await states(), ['called-off'])
  const tries = spans.filter(({ name }) => name === 'settle launch')
  assert.deepEqual(
    tries.map(({ parent, isOver, error }) => [parent, isOver, error instanceof Problem]),
    [true, false].map((hasFailed) => [undefined, true, hasFailed]),
  )
  assert.equal(tries[0]?.attributes['tonegate.account_id'], 7)
})

test('that a launch was called off is written before it counts: with a full disk it is called off again', async (t) => {
  const { post, loseAnswer, clock, asked, answers, states, store, lines } = await startDistant(t)
  let makeRoom = () => {}
  answers.callOff = async () => {
    makeRoom = fillDisk(t, store)
    return undefined
  }
  loseAnswer()
  await post(body, digital)
  await clock.advance(0)
  assert.deepEqual(await states(), ['asked'])
  assert.ok(!lines.some((line) => line.includes('was called off')))
  makeRoom()
  answers.callOff = async () => undefined
  await clock.leap(60_000)
  await eventually(async () => (await states())[0] === 'called-off')
  assert.equal(asked.length, 2)
})

/** A session whose link goes when its provider knows that the session is there. */
async function startOpened(t: TestContext) {
  const started = await startDistant(t)
  await started.payments.configurations.put(7, {
    ...keypadConfiguration,
    flow: { ...keypadConfiguration.flow, sendLink: 'sms' },
  })
  await started.clock.advance(1000)
  return started
}

test('a provider that waits to be told that its session is there is told until it has heard', async (t) => {
  const { post, clock, asked, answers, states } = await startOpened(t)
  answers.opened = () => Promise.reject(unavailable())
  assert.equal((await post(body, digital)).statusCode, 200)
  await clock.advance(2000)
  assert.deepEqual(await states(), ['opened'])
  answers.opened = async () => {}
  await clock.advance(2000)
  assert.deepEqual(
    asked.map(([what, at]) => `${what} ${at - 1}`),
    ['opened 0', 'opened 1', 'opened 3'],
  )
  assert.deepEqual(await states(), [])
  await clock.advance(600_000)
  assert.equal(asked.length, 3)
})

test('that it has heard is written before it counts', async (t) => {
  const { post, clock, asked, answers, states, store } = await startOpened(t)
  let makeRoom = () => {}
  answers.opened = async () => {
    makeRoom = fillDisk(t, store)
  }
  assert.equal((await post(body, digital)).statusCode, 200)
  await clock.advance(0)
  makeRoom()
  assert.deepEqual(await states(), ['opened'])
  answers.opened = async () => {}
  await clock.leap(60_000)
  await eventually(async () => (await states()).length === 0)
  assert.equal(asked.length, 2)
})

test('where a provider cannot be asked an operator is told, once', async (t) => {
  const { post, loseAnswer, clock, asked, states, lines } = await startDistant(t, {
    follow: 'wait',
    isNamed: false,
  })
  loseAnswer()
  await post(body, digital)
  await clock.advance(3_600_000)
  assert.deepEqual([asked, await states()], [[], ['asked']])
  assert.equal(lines.filter((line) => line.includes('its provider cannot be asked')).length, 1)
})

test('a launch that failed by an error of ours may be there all the same, and the same key stands for it', async (t) => {
  const { post, behaviour, clock, asked, states, launches } = await startDistant(t)
  behaviour.launch = () => {
    delete behaviour.launch
    throw new Problem('internal-error', 'Something broke.')
  }
  const keyed = { ...digital, headers: { 'idempotency-key': 'k' } }
  assert.equal((await post(body, keyed)).statusCode, 500)
  await clock.advance(60_000)
  assert.deepEqual([asked, await states()], [[], ['asked']])
  assert.equal((await post(body, keyed)).statusCode, 200)
  assert.equal(launches[0]?.sessionGuid, launches[1]?.sessionGuid)
})

test('one that its provider refused leaves nothing', async (t) => {
  const { post, behaviour, clock, asked, states } = await startDistant(t)
  behaviour.launch = () => {
    throw new Problem('quota-exceeded', 'Too many.', { headers: { 'retry-after': '1' } })
  }
  assert.equal((await post(body, digital)).statusCode, 429)
  await clock.advance(60_000)
  assert.deepEqual([asked, await states()], [[], []])
})

test('old launches that are settled go in transactions of few rows, however many there are', async (t) => {
  const { store, clock, behaviour, states } = await prepareDistant(t)
  const rows = prepareLaunchRows(store)
  await store.write(async (tx) => {
    for (let each = 0; each < 450; each += 1) {
      const sessionGuid = `launch ${each}` as Guid
      await rows.insert.run(tx, {
        session_guid: sessionGuid,
        provider_session_guid: null,
        account_id: 7,
        configuration_id: 0,
        provider: null,
        follow: 'ask',
        call_guid: null,
        asked_at: clock.now() - sessionRetentionMilliseconds,
        call_off_at: clock.now(),
        sealed_session: null,
        next_look_at: null,
        held_by: null,
      })
      await rows.become.run(tx, { sessionGuid, state: 'called-off' })
    }
  })
  const following = createFollowLaunches({
    store,
    rows,
    clock,
    log: createLog('silent'),
    provider: { distant: () => behaviour.distant } as unknown as Provider,
    adopt: async () => false,
    inHand: createLaunchesInHand({ store, rows, clock }),
  })
  t.after(() => following.close())
  following.start()
  const write = t.mock.method(store, 'write')
  await clock.leap(3_600_000)
  await eventually(async () => (await states()).length === 0)
  assert.deepEqual(
    await Promise.all(write.mock.calls.map(({ result }) => result)),
    [200, 200, 50],
    'no more than a batch at a time',
  )
})

/** Two nodes, both of which follow launches at a provider that is asked by both; the answer of the first is lost. */
async function startTwo(t: TestContext) {
  const one = await startDistant(t)
  const other = await startPayments(t, { beside: one })
  const byOther: string[] = []
  if (one.behaviour.distant) {
    other.behaviour.distant = {
      ...one.behaviour.distant,
      async callOff() {
        byOther.push('call off')
        return undefined
      },
    }
  }
  await other.payments.start()
  return { one, other, byOther }
}

test('what became of a launch is asked by one of two nodes', async (t) => {
  const { one, other, byOther } = await startTwo(t)
  for (let each = 0; each < 10; each += 1) {
    one.loseAnswer()
    await one.post(body, digital)
  }
  await eventually(async () => {
    await one.clock.advance(1000)
    return (await one.states()).every((state) => state === 'called-off')
  })
  assert.equal(one.asked.length + byOther.length, 10)
  assert.ok(![...one.lines, ...other.lines].some((line) => line.includes('asking again')))
})

test('a launch that a node asks for is nobody else’s, until the node is there no more', async (t) => {
  const { one, other, byOther } = await startTwo(t)
  const rows = prepareLaunchRows(other.store)
  const lost = await openTestStore(one.file)
  const heldUntil = one.clock.now() + 60_000
  await lost.write((tx) =>
    rows.insert.run(tx, {
      session_guid: 'asked' as Guid,
      provider_session_guid: null,
      account_id: 7,
      configuration_id: 0,
      provider: null,
      follow: 'ask',
      call_guid: null,
      asked_at: one.clock.now(),
      call_off_at: one.clock.now(),
      sealed_session: null,
      next_look_at: heldUntil,
      held_by: lost.nodeId,
    }),
  )
  for (let second = 0; second < 5; second += 1) await one.clock.advance(1000)
  assert.deepEqual([await one.states(), one.asked, byOther], [['asked'], [], []])
  await lost.close()
  await eventually(async () => {
    await one.clock.advance(1000)
    return (await one.states())[0] === 'called-off'
  })
  assert.equal(one.asked.length + byOther.length, 1)
  assert.ok(one.clock.now() < heldUntil)
})

test('nobody calls off what a node asks for at this moment', async (t) => {
  const { one, byOther } = await startTwo(t)
  const [asked, mayGoOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  one.behaviour.launch = async () => {
    asked.resolve()
    await mayGoOn.promise
  }
  const opening = one.post(body, digital)
  await asked.promise
  for (let second = 0; second < 5; second += 1) await one.clock.advance(1000)
  mayGoOn.resolve()
  assert.equal((await opening).statusCode, 200)
  assert.deepEqual([one.asked, byOther], [[], []])
})
