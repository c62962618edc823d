import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { storedContents } from '../../../test/harness/test-stored-content.ts'
import { startControlServer, startWithPlatform, testListener } from '../test-telephone.ts'

const card = '4539578763621486'
const runs = Array.from({ length: card.length - 3 }, (_, at) => card.slice(at, at + 4))

/** Any four of its digits that stand together, but for those of a time and of names that are ours. */
function digitsIn(content: string): readonly string[] {
  const others = content.replace(/"time":"[^"]*"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '')
  return runs.filter((run) => others.includes(run))
}

/** A call that a session listens to, one that has ended, and what asks the API and keeps what it answers. */
async function start(t: TestContext) {
  const control = await startControlServer(t)
  const started = await startWithPlatform(t, { settings: { controlUrl: control.controlUrl } })
  const { client, key, newGuid, openSessions, process } = started
  const [callGuid, ended, sessionGuid] = [newGuid(), newGuid(), newGuid()]
  openSessions.add(sessionGuid)
  const { put, delete: remove } = client()
  await put(`/calls/${callGuid}`, { agentId: 'anna', reference: 'call-7' })
  await put(`/calls/${ended}`, { agentId: 'berta' })
  await remove(`/calls/${ended}`)
  const { listener, keys } = testListener()
  await process.secure(callGuid, { sessionGuid, recording: 'continue', listener })
  const stranger = await process.platforms.create({
    accountId: 2,
    name: 'other',
    kind: 'http',
    settings: { privateAddresses: 'refused' },
  })
  assert.ok(stranger !== 'taken')
  const answers: string[] = []

  async function assertRefused({ status, method = 'POST', path, body, ...sent }: Wrong) {
    const answer = await process.app.inject({
      method,
      url: `/calls/v1${path}`,
      headers: {
        authorization: `Bearer ${sent.key ?? key}`,
        'content-type': sent.type ?? 'application/json',
      },
      payload: typeof body === 'string' ? body : JSON.stringify(body),
    })
    assert.equal(answer.statusCode, status, `${method} ${path} ${answer.body}`)
    answers.push(JSON.stringify([answer.headers, answer.body]))
  }
  const end = () => process.release(callGuid, listener)
  return { ...started, put, keys, end, answers, assertRefused, callGuid, ended, strangersKey: stranger.key }
}

type Started = Awaited<ReturnType<typeof start>>

interface Wrong {
  readonly status: number
  readonly method?: 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly body: unknown
  readonly type?: string
  readonly key?: string
}

const wrongBodies: readonly string[] = [
  `{"keys":"${card}`,
  `{"keys":"${card}"}}`,
  `{"keys":${card}}`,
  `{"keys":"${card}","keys":"${card}"}`,
  `{"keys":["${card}"]}`,
  `{"keys":{"${card}":"${card}"}}`,
  `{"keys":"4","sequence":${card}}`,
  `{"keys":"4","sequence":"${card}"}`,
  `{"keys":"4","${card}":1}`,
  `{"keys":"4","more":"${card}"}`,
  `"${card}"`,
  card,
  `{"keys":"${card.repeat(5)}"}`,
  `{"keys":"${[...card].join('x')}"}`,
  `{"keys":"${card.replace(/(.{4})/g, '$1 ')}"}`,
]

function wrongKeys({ callGuid, ended, newGuid, strangersKey }: Started): readonly Wrong[] {
  const path = `/calls/${callGuid}/keys`
  const body = { keys: card }
  return [
    ...wrongBodies.map((each) => ({ status: 400, path, body: each })),
    { status: 413, path, body: { keys: '4', more: card.repeat(5_000) } },
    { status: 404, path, body, key: strangersKey },
    { status: 401, path, body, key: `tgp_${card}` },
    { status: 401, path, body, key: card },
    { status: 404, path: `/calls/${ended}/keys`, body },
    { status: 404, path: `/calls/${newGuid()}/keys`, body },
    { status: 404, path: `/calls/${card}/keys`, body },
    { status: 400, path: `${path}?keys=${card}`, body: {} },
    { status: 404, path: `${path}/${card}`, body: {} },
    { status: 404, path: `/commands/${card}`, body: {} },
    { status: 405, method: 'PUT', path, body },
    { status: 415, path, type: 'text/plain', body: card },
    { status: 400, path, type: 'application/x-www-form-urlencoded', body: `keys=${card}` },
    { status: 415, path, type: 'application/json; charset=nothing', body },
    { status: 415, path, type: card, body: card },
  ]
}

function wrongCalls({ callGuid }: Started): readonly Wrong[] {
  const path = `/calls/${callGuid}`
  const anna = { agentId: 'anna' }
  const media = (more: object) => ({ ...anna, media: { rtpengine: { callId: 'a', fromTag: 'a', ...more } } })
  const bodies = [
    { agentId: card },
    { agentId: `agent ${card}` },
    { ...anna, caller: card },
    { ...anna, state: card },
    { ...anna, keys: card },
    media({ telephoneEvent: card }),
  ]
  return [
    ...bodies.map((body) => ({ status: 400, method: 'PUT' as const, path, body })),
    { status: 400, method: 'DELETE', path, body: { endedBy: card } },
    { status: 400, path: `${path}/trouble`, body: { trouble: card } },
    { status: 404, path: `/calls/by-reference/${card}/updated`, body: anna },
    { status: 400, path: '/calls/by-reference/call-7/ended', body: { endedBy: card } },
  ]
}

function wrongDigits({ strangersKey }: Started): readonly Wrong[] {
  const hex = (text: string) => ({ body: Buffer.from(text).toString('hex') })
  const path = '/calls/by-reference/call-7/info-digits'
  const signal = hex(`Signal=${card}`)
  const bodies = [signal, hex(card), { body: card }, hex(`Signal=4\r\nSignal=${card}`), `{"body":${card}}`]
  return [
    ...bodies.map((body) => ({ status: 400, path, body })),
    { status: 404, path, body: signal, key: strangersKey },
    { status: 404, path: `/calls/by-reference/${card}/info-digits`, body: signal },
  ]
}

test('of a card in whatever is refused, no four digits are in the log, in an answer or on disk', async (t) => {
  const started = await start(t)
  const { answers, assertRefused, callGuid, end, folder, keys, lines, put, restart } = started
  const wrong = [...wrongKeys(started), ...wrongCalls(started), ...wrongDigits(started)]
  for (const each of wrong) await assertRefused(each)
  await end()
  await assertRefused({ status: 409, path: `/calls/${callGuid}/keys`, body: { keys: card } })
  assert.equal(keys(), '')
  assert.ok(lines.length > wrong.length, 'each was logged')
  assert.deepEqual(digitsIn(lines.join('\n')), [], 'the log')
  assert.deepEqual(digitsIn(answers.join('\n')), [], 'the answers')
  await put(`/calls/${callGuid}`, { agentId: 'anna', reference: 'written-on-disk' })
  const running = await storedContents(folder)
  await restart()
  for (const stored of [running, await storedContents(folder)]) {
    assert.ok(stored.some(({ content }) => content.includes('written-on-disk')))
    for (const { content } of stored) assert.deepEqual(digitsIn(content), [], 'the files')
  }
})
