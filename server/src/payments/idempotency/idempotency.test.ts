import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { type TestContext, test } from 'node:test'
import { eventually } from '../../../test/harness/test-eventually.ts'
import { storedContents } from '../../../test/harness/test-stored-content.ts'
import { until } from '../../../test/harness/test-until.ts'
import type { Guid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import { type DistantProvider, NotLaunched } from '../provider.ts'
import { idempotencyKey } from '../requests/idempotency-key.ts'
import { fillDisk, paymentData, startPayments } from '../test-payments.ts'

const hour = 3_600_000
const body = { agentId: 'agent7', paymentData, skipCallTransfer: true }
const digital = '/globalpci/v1/digitalsession'
const keyed = (key: string) => ({ headers: { 'idempotency-key': key } })

test('the same key and body get the first answer again, byte for byte, and open nothing (RFC-57)', async (t) => {
  const { post, sessions, launches } = await startPayments(t)
  const first = await post(body, keyed('"order-1"'))
  const again = await post(body, keyed('"order-1"'))
  assert.equal(first.statusCode, 200)
  assert.equal(again.statusCode, 200)
  assert.equal(again.body, first.body)
  assert.equal(again.headers['content-type'], first.headers['content-type'])
  assert.equal(again.headers['cache-control'], 'no-store')
  assert.equal(await sessions(), 1)
  assert.equal(launches.length, 1)
})

test('without a key every request opens a session, and no answer is kept', async (t) => {
  const { post, sessions, storedAnswers } = await startPayments(t)
  const [first, second] = [await post(body), await post(body)]
  assert.notEqual(first.json().sessionGuid, second.json().sessionGuid)
  assert.equal(await sessions(), 2)
  assert.equal(await storedAnswers(), 0)
})

test('the key is a string of structured fields or a bare one, and the same either way (RFC-57)', async (t) => {
  const { post } = await startPayments(t)
  const pairs = [
    ['"abc"', 'abc'],
    ['"a \\"b\\" \\\\c"', 'a "b" \\c'],
    [`"${'k'.repeat(255)}"`, 'k'.repeat(255)],
  ] as const
  for (const [quoted, bare] of pairs) {
    const first = await post(body, keyed(quoted))
    assert.equal(first.statusCode, 200, quoted)
    assert.equal((await post(body, keyed(bare))).body, first.body)
  }
})

for (const key of ['', '""', '"open', '"a"b', '"a\\b"', 'k'.repeat(256), 'é', 'a\tb', '"é"']) {
  test(`the key ${JSON.stringify(key.slice(0, 12))} is refused, and nothing is opened (RFC-57)`, async (t) => {
    const { post, sessions, storedAnswers } = await startPayments(t)
    const answer = await post(body, keyed(key))
    assert.equal(answer.statusCode, 400)
    assert.match(answer.json().detail, /Idempotency-Key/)
    assert.equal(await sessions(), 0)
    assert.equal(await storedAnswers(), 0)
  })
}

test('a key that is a card number is refused', async (t) => {
  const { post, folder, lines } = await startPayments(t)
  const answer = await post(body, keyed('4111 1111 1111 1111'))
  assert.equal(answer.statusCode, 400)
  assert.match(answer.json().type, /#card-data-refused$/)
  assert.ok(!answer.body.includes('4111'))
  const stored = (await storedContents(folder)).map(({ content }) => content)
  for (const text of [...stored, ...lines]) assert.ok(!text.includes('4111 1111'))
})

test('the same key with another body, or another path, is refused with 422 (RFC-57)', async (t) => {
  const { post, sessions } = await startPayments(t)
  await post(body, keyed('k'))
  for (const answer of [
    await post({ ...body, agentId: 'agent8' }, keyed('k')),
    await post(body, { ...keyed('k'), url: digital }),
  ]) {
    assert.equal(answer.statusCode, 422)
    assert.match(answer.json().type, /#idempotency-mismatch$/)
  }
  assert.equal(await sessions(), 1)
})

test('keys of two clients are two keys (RFC-57)', async (t) => {
  const { post, sessions } = await startPayments(t)
  const first = await post(body, keyed('k'))
  const second = await post(body, { ...keyed('k'), as: 'other-client' })
  assert.equal(second.statusCode, 200)
  assert.notEqual(second.body, first.body)
  assert.equal(await sessions(), 2)
})

test('keys of two agents of one client, and of two accounts, are as many keys (RFC-57)', async (t) => {
  const { post } = await startPayments(t)
  const ofToken = { paymentData, skipCallTransfer: true }
  const guids = new Set<string>()
  for (const as of ['agent7', 'agent8']) {
    guids.add((await post(ofToken, { ...keyed('k'), as })).json().sessionGuid)
  }
  guids.add((await post(body, { ...keyed('k'), as: 'elsewhere' })).json().sessionGuid)
  assert.equal(guids.size, 3)
  for (const guid of guids) assert.match(guid, /^[0-9a-f-]{36}$/)
})

test('while the first request runs the second is refused with 409, and replayed afterwards (RFC-57)', async (t) => {
  const { post, behaviour } = await startPayments(t)
  const launching = Promise.withResolvers<void>()
  const mayGoOn = Promise.withResolvers<void>()
  behaviour.launch = () => {
    launching.resolve()
    return mayGoOn.promise
  }
  const first = post(body, keyed('k'))
  // An injected request is only sent when somebody waits for it.
  first.catch(() => {})
  await launching.promise
  const second = await post(body, keyed('k'))
  assert.equal(second.statusCode, 409)
  assert.match(second.json().type, /#idempotency-in-progress$/)
  mayGoOn.resolve()
  const { body: opened } = await first
  assert.equal((await post(body, keyed('k'))).body, opened)
})

/** Two nodes on one database, and what both answer to a key that they are sent at once. */
async function startTwoNodes(t: TestContext) {
  const one = await startPayments(t)
  const nodes = [one, await startPayments(t, { beside: one })]
  return { ...one, askBoth: (key: string) => Promise.all(nodes.map(({ post }) => post(body, keyed(key)))) }
}

test('the same key at two nodes at once opens one session, and has one answer from then on', async (t) => {
  const { askBoth, sessions } = await startTwoNodes(t)
  for (let each = 1; each <= 20; each += 1) {
    for (const { statusCode, body: answered } of await askBoth(`k${each}`))
      assert.ok(statusCode === 200 || statusCode === 409, answered)
    const [here, there] = await askBoth(`k${each}`)
    assert.equal(here?.statusCode, 200)
    assert.equal(there?.body, here?.body)
    assert.equal(await sessions(), each)
  }
})

test('a key that is forgotten is taken by one of two nodes', async (t) => {
  const { askBoth, post, clock, sessions } = await startTwoNodes(t)
  const keys = Array.from({ length: 20 }, (_, each) => `k${each}`)
  for (const key of keys) await post(body, keyed(key))
  await clock.advance(24 * hour)
  for (const key of keys)
    for (const { statusCode, body: answered } of await askBoth(key))
      assert.ok(statusCode === 200 || statusCode === 409, answered)
  assert.equal(await sessions(), 2 * keys.length)
})

test('an error that speaks of the request is replayed too (RFC-57)', async (t) => {
  const { post, putOnCall, sessions } = await startPayments(t)
  const calling = { agentId: 'agent7', paymentData }
  const first = await post(calling, keyed('k'))
  assert.equal(first.statusCode, 409)
  putOnCall('agent7')
  const again = await post(calling, keyed('k'))
  assert.equal(again.statusCode, 409)
  assert.equal(again.body, first.body)
  assert.equal(again.headers['content-type'], 'application/problem+json; charset=utf-8')
  assert.equal((await post(calling, keyed('k2'))).statusCode, 200)
  assert.equal(await sessions(), 1)
})

test('an error of ours is not kept: the same key may be tried again (RFC-57)', async (t) => {
  const { post, behaviour, storedAnswers } = await startPayments(t)
  const failures = [
    new Problem('provider-unavailable', 'The provider cannot be reached.'),
    new Problem('provider-refused', 'The provider refused.'),
    new Problem('internal-error', 'Something went wrong.'),
    new Error('a bug'),
  ]
  for (const failure of failures) {
    behaviour.launch = () => {
      throw failure
    }
    assert.ok((await post(body, keyed('k'))).statusCode >= 500)
    assert.equal(await storedAnswers(), 0)
  }
  delete behaviour.launch
  assert.equal((await post(body, keyed('k'))).statusCode, 200)
})

test('a request that died with its process does not lock its key for longer than a minute', async (t) => {
  const { post, store, clock, storedAnswers, sessions } = await startPayments(t)
  const first = await post(body, keyed('k'))
  const died = store.prepare((db, p: { until: number }) =>
    db.updateTable('idempotent_request').set({ running_until: p.until, sealed_answer: null }),
  )
  await store.write((tx) => died.run(tx, { until: clock.now() + 60_000 }))
  assert.equal((await post(body, keyed('k'))).statusCode, 409)
  await clock.advance(60_000)
  const taken = await post(body, keyed('k'))
  assert.equal(taken.statusCode, 200)
  assert.notEqual(taken.body, first.body)
  assert.equal(await storedAnswers(), 1)
  assert.equal(await sessions(), 2)
})

test('a request that was believed dead and comes back opens nothing', async (t) => {
  const { post, behaviour, clock, sessions, cancelled } = await startPayments(t)
  const launching = Promise.withResolvers<void>()
  const mayGoOn = Promise.withResolvers<void>()
  behaviour.launch = () => {
    delete behaviour.launch
    launching.resolve()
    return mayGoOn.promise
  }
  const slow = post(body, keyed('k'))
  slow.catch(() => {})
  await launching.promise
  await clock.advance(60_000)
  const second = await post(body, keyed('k'))
  assert.equal(second.statusCode, 200)
  mayGoOn.resolve()
  assert.equal((await slow).statusCode, 409)
  assert.equal(await sessions(), 1)
  assert.equal(cancelled.length, 1)
  assert.equal((await post(body, keyed('k'))).body, second.body)
})

test('a key is kept 24 hours (RFC-57)', async (t) => {
  const { post, clock, sessions } = await startPayments(t)
  const first = await post(body, keyed('k'))
  await clock.advance(24 * hour - 1)
  assert.equal((await post(body, keyed('k'))).body, first.body)
  await clock.advance(1)
  const later = await post({ ...body, agentId: 'agent8' }, keyed('k'))
  assert.equal(later.statusCode, 200)
  assert.equal(await sessions(), 2)
})

test('the stored answer is sealed', async (t) => {
  const { post, folder } = await startPayments(t)
  await post(body, keyed('k'))
  const stored = (await storedContents(folder)).map(({ content }) => content).join('\n')
  assert.ok(stored.includes('agent7'))
  assert.ok(!stored.includes('agent-access-token'))
  assert.ok(!stored.includes('0123456789abcdef0123456789abcdef'))
})

test('a session whose link may not be sent is not there, and its key is tried again later', async (t) => {
  const { post, behaviour, sessions, storedAnswers } = await startPayments(t)
  const send = () =>
    post(
      { agentId: 'agent7', paymentData },
      { url: '/globalpci/v1/digitalsession', headers: { 'idempotency-key': 'key-1' } },
    )
  behaviour.launch = () => {
    throw new Problem(
      'quota-exceeded',
      'Too many messages: at most 10 per hour may be sent to one address.',
      {
        members: { bound: 'address-hour' },
        headers: { 'retry-after': '3900' },
      },
    )
  }
  const refused = await send()
  assert.equal(refused.statusCode, 429)
  assert.equal(refused.headers['retry-after'], '3900')
  assert.equal(refused.json().bound, 'address-hour')
  assert.equal(await sessions(), 0)
  assert.equal(await storedAnswers(), 0)
  delete behaviour.launch
  assert.equal((await send()).statusCode, 200)
})

/** A provider in another process, to which nothing is lost but answers. */
const distantProvider = (changes: Partial<DistantProvider> = {}): DistantProvider => ({
  follow: 'ask',
  isNamed: true,
  opened: async () => {},
  callOff: async () => undefined,
  adopt: async () => {},
  ...changes,
})

const unanswered = () => {
  throw new Problem('provider-unavailable', 'The provider did not answer.')
}

test('a launch in another process whose answer was lost is the same session when its key comes again', async (t) => {
  const { post, behaviour, launches, sessions } = await startPayments(t)
  Object.assign(behaviour, { distant: distantProvider(), launch: unanswered })
  for (let tries = 0; tries < 2; tries += 1) assert.equal((await post(body, keyed('k'))).statusCode, 503)
  assert.equal((await post(body, keyed('another'))).statusCode, 503)
  delete behaviour.launch
  const opened = await post(body, keyed('k'))
  assert.equal(opened.statusCode, 200)
  const { sessionGuid, providerSessionGuid } = opened.json()
  const names = launches.map((launch) => [launch.sessionGuid, launch.providerSessionGuid])
  for (const at of [0, 1, 3]) assert.deepEqual(names[at], [sessionGuid, providerSessionGuid])
  assert.notEqual(names[2]?.[0], sessionGuid)
  assert.equal(await sessions(), 1)
})

test('a launch at a provider that cannot be asked is another one each time', async (t) => {
  const { post, behaviour, launches } = await startPayments(t)
  Object.assign(behaviour, {
    distant: distantProvider({ follow: 'wait', isNamed: false }),
    launch: unanswered,
  })
  assert.equal((await post(body, keyed('k'))).statusCode, 503)
  delete behaviour.launch
  assert.equal((await post(body, keyed('k'))).statusCode, 200)
  const [first, second] = launches
  assert.notEqual(first?.sessionGuid, second?.sessionGuid)
})

test('what another process has not made durable is not answered, and may still be there', async (t) => {
  const { post, behaviour, launches, sessions } = await startPayments(t)
  const durable = Promise.withResolvers<void>()
  Object.assign(behaviour, { distant: distantProvider(), durable: durable.promise })
  const first = post(body, keyed('k'))
  let isAnswered = false
  first.then(
    () => (isAnswered = true),
    () => {},
  )
  await until(() => launches.length > 0)
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(isAnswered, false)
  durable.reject(new Problem('storage-unavailable', 'Nothing can be stored there.'))
  assert.equal((await first).statusCode, 503)
  assert.equal(await sessions(), 0)
  delete behaviour.durable
  assert.equal((await post(body, keyed('k'))).statusCode, 200)
  assert.equal(launches[0]?.sessionGuid, launches[1]?.sessionGuid)
})

test('a key whose lost launch was called off meanwhile stands for a new session', async (t) => {
  const { post, behaviour, launches, clock, lines, payments } = await startPayments(t)
  await payments.start()
  const calledOff: (Guid | undefined)[] = []
  const callOff = async ({ providerSessionGuid }: { readonly providerSessionGuid: Guid | undefined }) => {
    calledOff.push(providerSessionGuid)
    return undefined
  }
  Object.assign(behaviour, { distant: distantProvider({ callOff }), launch: unanswered })
  assert.equal((await post(body, keyed('k'))).statusCode, 503)
  await eventually(async () => {
    await clock.advance(60_000)
    return calledOff.length > 0
  })
  assert.deepEqual(calledOff, [launches[0]?.providerSessionGuid])
  assert.ok(lines.some((line) => line.includes('was called off')))
  delete behaviour.launch
  const opened = await post(body, keyed('k'))
  assert.equal(opened.statusCode, 200)
  assert.notEqual(opened.json().sessionGuid, launches[0]?.sessionGuid)
})

test('a request that failed while nothing could be written does not lock its key', async (t) => {
  const { post, behaviour, store, clock, sessions } = await startPayments(t)
  let makeRoom = () => {}
  behaviour.launch = () => {
    makeRoom = fillDisk(t, store)
    unanswered()
  }
  assert.equal((await post(body, keyed('k'))).statusCode, 503)
  delete behaviour.launch
  makeRoom()
  await clock.advance(30_000)
  const [launching, mayGoOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  behaviour.launch = () => {
    launching.resolve()
    return mayGoOn.promise
  }
  const again = post(body, keyed('k'))
  again.catch(() => {})
  await launching.promise
  assert.equal((await post(body, keyed('k'))).statusCode, 409, 'the second try is running')
  mayGoOn.resolve()
  assert.equal((await again).statusCode, 200)
  assert.equal(await sessions(), 1)
})

test('several keys whose requests failed while nothing could be written are all free again', async (t) => {
  const { post, behaviour, store } = await startPayments(t)
  const failed = ['one', 'two', 'three']
  for (const key of failed) {
    let makeRoom = () => {}
    behaviour.launch = () => {
      makeRoom = fillDisk(t, store)
      delete behaviour.launch
    }
    assert.equal((await post(body, keyed(key))).statusCode, 503)
    makeRoom()
  }
  for (const key of failed) assert.equal((await post(body, keyed(key))).statusCode, 200)
})

test('a fault that is not of the machine is not taken for a full disk while a key is freed', async (t) => {
  const { post, behaviour, store, lines } = await startPayments(t)
  behaviour.launch = () => {
    t.mock.method(store, 'write', () => Promise.reject(new Error('a fault of ours')))
    unanswered()
  }
  assert.equal((await post(body, keyed('k'))).statusCode, 500)
  assert.ok(lines.some((line) => line.includes('a fault of ours')))
})

test('spaces around a key are not of it', () => {
  const request = (value: string) => ({
    headers: { 'idempotency-key': value },
    rawHeaders: ['Host', 'localhost', 'Idempotency-Key', value, 'Accept', '*/*'],
  })
  for (const value of ['k', ' k ', '"k"', ' "k"'])
    assert.equal(idempotencyKey(request(value) as unknown as IncomingMessage), 'k')
})

test('what can be written while another key is stopped does not free a key that runs', async (t) => {
  const { post, behaviour, store } = await startPayments(t)
  const [launching, mayGoOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  behaviour.launch = () => {
    launching.resolve()
    return mayGoOn.promise
  }
  const running = post(body, keyed('running'))
  running.catch(() => {})
  await launching.promise
  let makeRoom = () => {}
  behaviour.launch = () => {
    makeRoom = fillDisk(t, store)
    unanswered()
  }
  assert.equal((await post(body, keyed('stopped'))).statusCode, 503)
  makeRoom()
  assert.equal((await post(body, keyed('running'))).statusCode, 409)
  mayGoOn.resolve()
  assert.equal((await running).statusCode, 200)
})

test('an answer that could not be kept is not given', async (t) => {
  const { post, behaviour, store } = await startPayments(t)
  let makeRoom = () => {}
  behaviour.launch = () => {
    makeRoom = fillDisk(t, store)
    throw new Problem('not-possible-now', 'Not now.')
  }
  assert.equal((await post(body, keyed('k'))).statusCode, 503)
  makeRoom()
  delete behaviour.launch
  assert.equal((await post(body)).statusCode, 200)
})

test('a session at another process is not answered before it is written here', async (t) => {
  const { post, behaviour, store, sessions, launches } = await startPayments(t)
  let makeRoom = () => {}
  behaviour.distant = distantProvider()
  behaviour.launch = () => {
    makeRoom = fillDisk(t, store)
  }
  assert.equal((await post(body, keyed('k'))).statusCode, 503)
  makeRoom()
  assert.equal(await sessions(), 0)
  delete behaviour.launch
  const again = await post(body, keyed('k'))
  assert.equal(again.statusCode, 200)
  assert.equal(again.json().sessionGuid, launches[0]?.sessionGuid)
})

test('a launch that never came leaves nothing, and where that cannot be written it is told and settled later', async (t) => {
  const { post, behaviour, store, lines, clock } = await startPayments(t)
  const all = store.prepare((db, _: object) => db.selectFrom('launch_under_way').select('state'))
  const states = async () => (await all.all(store.reader, {})).map(({ state }) => state)
  behaviour.distant = distantProvider()
  behaviour.launch = () => {
    throw new NotLaunched('provider-unavailable', 'It cannot be reached.')
  }
  assert.equal((await post(body)).statusCode, 503)
  assert.deepEqual(await states(), [])
  let makeRoom = () => {}
  behaviour.launch = () => {
    makeRoom = fillDisk(t, store)
    throw new NotLaunched('provider-unavailable', 'It cannot be reached.')
  }
  assert.equal((await post(body)).statusCode, 503)
  makeRoom()
  assert.ok(lines.some((line) => line.includes('a failed launch will be resolved later')))
  await clock.advance(0)
  assert.deepEqual(await states(), ['asked'])
})
