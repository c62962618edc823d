import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { eventually } from '../../../test/harness/test-eventually.ts'
import type { Guid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import type { SessionProgress } from '../../vault/model/session-progress.ts'
import { approved, startPayments, tokenMilliseconds } from '../test-payments.ts'
import { shortOf, startFollowing } from './test-event-stream.ts'

type Payments = Awaited<ReturnType<typeof startPayments>>

/** Sessions that a provider of the test tells the progress of. */
async function startEvents(t: TestContext, options: Parameters<typeof startPayments>[1] = {}) {
  const payments = await startPayments(t, options)
  await payments.payments.start()
  const following = await startFollowing(t, payments.app)
  return { ...payments, ...following, ...tellProgress(payments), ...(await openSession(payments)) }
}

function tellProgress({ behaviour, payments, clock }: Payments) {
  const told = new Map<Guid, SessionProgress[]>()
  behaviour.findProgress = async (guids) =>
    new Map(guids.flatMap((guid) => (told.has(guid) ? [[guid, told.get(guid) ?? []]] : [])))
  return {
    told,
    happens(guid: Guid, progress: SessionProgress['progress'], field?: SessionProgress['field']) {
      const before = told.get(guid) ?? []
      const each = { sequence: before.length + 1, at: clock.now(), progress, ...(field && { field }) }
      told.set(guid, [...before, each])
      payments.courseKept(guid)
    },
  }
}

async function openSession({ open }: Payments) {
  const { sessionGuid, providerSessionGuid } = await open()
  return { sessionGuid, providerSessionGuid }
}

/** Asks for a stream, and takes nothing of it. */
function askWithout({ server }: Payments['app'], sessionGuid: string): Socket {
  const address = server.address()
  assert.ok(address && typeof address === 'object')
  const socket = connect(address.port, '127.0.0.1').pause()
  socket.write(
    `GET /globalpci/v1/session/${sessionGuid}/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer backend\r\n\r\n`,
  )
  return socket
}

test('a stream has what has happened, what happens, and the status of the end as GET answers it', async (t) => {
  const { follow, happens, payments, sessionGuid, providerSessionGuid, get, clock } = await startEvents(t)
  happens(providerSessionGuid, 'opened')
  const stream = await follow(sessionGuid)
  assert.equal(stream.response.headers.get('content-type'), 'text/event-stream; charset=utf-8')
  assert.equal(stream.response.headers.get('cache-control'), 'no-store')
  assert.deepEqual(await stream.next(), {
    id: '1',
    event: 'session.progress',
    data: {
      type: 'session.progress',
      sequence: 1,
      timestamp: new Date(clock.now()).toISOString().replace('Z', '000Z'),
      sessionGuid,
      progress: 'opened',
    },
  })
  happens(providerSessionGuid, 'field-complete', 'pan')
  assert.deepEqual(shortOf([await stream.next()]), ['2 field-complete pan'])
  await payments.reports.recordResult(approved(providerSessionGuid))
  const last = await stream.next()
  assert.equal(last?.event, 'session.ended')
  assert.deepEqual([last?.id, last?.data.sequence], ['3', 3])
  assert.deepEqual(last?.data.session, (await get(sessionGuid)).json())
  assert.equal(await stream.next(), undefined, 'the stream is closed')
})

test('what happens elsewhere is found within half a second', async (t) => {
  const one = await startEvents(t)
  const other = await startPayments(t, { beside: one })
  const stream = await one.follow(one.sessionGuid)
  await other.payments.reports.recordProgress(one.providerSessionGuid)
  await one.clock.advance(500)
  assert.deepEqual(shortOf([await stream.next()]), ['1 opened'])
  await other.payments.reports.recordResult(approved(one.providerSessionGuid))
  await one.clock.advance(500)
  assert.deepEqual(shortOf(await stream.rest()), ['2 Finished'])
})

test('whoever comes back with the last id they had misses nothing and hears nothing twice', async (t) => {
  const { follow, ask, happens, payments, sessionGuid, providerSessionGuid } = await startEvents(t)
  for (const each of ['opened', 'link-sent', 'link-opened'] as const) happens(providerSessionGuid, each)
  const back = await follow(sessionGuid, { 'last-event-id': '2' })
  assert.deepEqual(shortOf([await back.next()]), ['3 link-opened'])
  await back.cancel()
  happens(providerSessionGuid, 'processing')
  await payments.reports.recordResult(approved(providerSessionGuid))
  const late = await follow(sessionGuid, { 'last-event-id': '2' })
  assert.deepEqual(shortOf(await late.rest()), ['3 link-opened', '4 processing', '5 Finished'])
  assert.deepEqual(shortOf(await (await follow(sessionGuid)).rest()), ['5 Finished'], 'the end at once')
  const done = await ask(sessionGuid, { 'last-event-id': '5' })
  assert.deepEqual([done.status, await done.text()], [204, ''])
  for (const wrong of ['abc', '-1', '1e3', '1234567890'])
    assert.equal((await ask(sessionGuid, { 'last-event-id': wrong })).status, 400, wrong)
})

test('a session is followed by those who may read it', async (t) => {
  const { ask, follow, sessionGuid, newGuid } = await startEvents(t)
  const statusOf = async (guid: string, as?: string) => (await ask(guid, {}, as)).status
  assert.equal(await statusOf(newGuid()), 404)
  assert.equal(await statusOf('nothing'), 404)
  for (const as of ['foreign', 'agent8']) assert.equal(await statusOf(sessionGuid, as), 404, as)
  assert.equal(await statusOf(sessionGuid, 'stranger'), 401)
  await follow(sessionGuid, {}, 'other-client')
  await follow(sessionGuid, {}, 'agent7')
})

test('a session that a provider tells little of is opened, and ends', async (t) => {
  const { follow, payments, sessionGuid, providerSessionGuid } = await startEvents(t)
  const stream = await follow(sessionGuid)
  await payments.reports.recordProgress(providerSessionGuid)
  assert.deepEqual(shortOf([await stream.next()]), ['1 opened'])
  await payments.reports.recordResult(approved(providerSessionGuid))
  assert.deepEqual(shortOf([await stream.next()]), ['2 Finished'])
  assert.deepEqual(shortOf(await (await follow(sessionGuid, { 'last-event-id': '1' })).rest()), [
    '2 Finished',
  ])
})

test('while the provider cannot be asked, a stream stays and hears of the end', async (t) => {
  const { follow, happens, behaviour, payments, sessionGuid, providerSessionGuid, lines } =
    await startEvents(t)
  happens(providerSessionGuid, 'opened')
  const stream = await follow(sessionGuid)
  await stream.next()
  behaviour.findProgress = async () => {
    throw new Problem('provider-unavailable', 'The payment server cannot be reached.')
  }
  await payments.reports.recordResult(approved(providerSessionGuid))
  assert.deepEqual(shortOf([await stream.next()]), ['2 Finished'])
  assert.equal(lines.filter((line) => line.includes('progress of sessions could not be read')).length, 1)
})

test('who comes back after the end, while the provider cannot be asked, hears of the end', async (t) => {
  const { ask, follow, happens, behaviour, payments, sessionGuid, providerSessionGuid } = await startEvents(t)
  for (const each of ['opened', 'link-sent', 'link-opened'] as const) happens(providerSessionGuid, each)
  await payments.reports.recordResult(approved(providerSessionGuid))
  const answers = behaviour.findProgress
  behaviour.findProgress = async () => {
    throw new Problem('provider-unavailable', 'The payment server cannot be reached.')
  }
  const back = await follow(sessionGuid, { 'last-event-id': '3' })
  assert.deepEqual(shortOf(await back.rest()), ['4 Finished'])
  if (answers) behaviour.findProgress = answers
  assert.equal((await ask(sessionGuid, { 'last-event-id': '4' })).status, 204)
})

test('a stream ends with its access token: when it expires, and when it is revoked', async (t) => {
  const { follow, ended, clock, sessionGuid } = await startEvents(t)
  const [backend, agent] = [await follow(sessionGuid), await follow(sessionGuid, {}, 'agent7')]
  ended.add('user-7')
  await clock.advance(2_000)
  assert.equal(await agent.next(), undefined)
  await clock.advance(tokenMilliseconds - 4_000)
  const later = await follow(sessionGuid)
  await clock.advance(4_000)
  assert.equal(await backend.next(), undefined)
  await clock.advance(15_000)
  assert.equal(await later.nextComment(), 'the stream begins')
  assert.equal(await later.nextComment(), 'still here')
})

test('a server that stops sends its readers elsewhere', async (t) => {
  const { follow, app, sessionGuid } = await startEvents(t)
  const stream = await follow(sessionGuid)
  const closed = app.close()
  assert.equal(await stream.next(), undefined)
  assert.equal(stream.retry(), 500)
  await closed
})

test('a session has eight streams at most; one that is closed makes room', async (t) => {
  const { follow, ask, sessionGuid } = await startEvents(t)
  const streams = await Promise.all(Array.from({ length: 8 }, () => follow(sessionGuid)))
  const refused = await ask(sessionGuid)
  assert.equal(refused.status, 429)
  assert.equal(refused.headers.get('retry-after'), '15')
  assert.match(await refused.text(), /"bound":"session"/)
  await streams[0]?.cancel()
  await eventually(async () => {
    const again = await ask(sessionGuid)
    await again.body?.cancel()
    return again.status === 200
  })
})

test('readers that leave before their streams begin keep no room', async (t) => {
  const { app, behaviour, follow, sessionGuid } = await startEvents(t)
  const asked = Promise.withResolvers<void>()
  const gone = Promise.withResolvers<void>()
  let waiting = 0
  behaviour.findProgress = async () => {
    waiting += 1
    if (waiting === 8) asked.resolve()
    await gone.promise
    return new Map()
  }
  const closed: Promise<unknown>[] = []
  app.server.on('request', (_, response) => closed.push(once(response, 'close')))
  const readers = Array.from({ length: 8 }, () => askWithout(app, sessionGuid))
  await asked.promise
  for (const reader of readers) reader.destroy()
  await Promise.all(closed)
  gone.resolve()
  await follow(sessionGuid)
})

test('a reader that takes nothing is cut off, and nothing is kept for it', async (t) => {
  const { app, happens, told, clock, sessionGuid, providerSessionGuid } = await startEvents(t)
  const socket = askWithout(app, sessionGuid)
  t.after(() => socket.destroy())
  await eventually(async () => (await connections(app)) === 1)
  // More than the buffers of both sides hold; a session has a hundred at most.
  told.set(
    providerSessionGuid,
    Array.from({ length: 200_000 }, (_, at) => ({ sequence: at + 1, at: 0, progress: 'link-sent' as const })),
  )
  happens(providerSessionGuid, 'processing')
  for (let beats = 0; beats < 6; beats += 1) await clock.advance(15_000)
  await eventually(async () => (await connections(app)) === 0)
})

const connections = ({ server }: Payments['app']) =>
  new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)))
