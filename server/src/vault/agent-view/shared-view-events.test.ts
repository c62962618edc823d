import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { PassThrough } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { createParser } from 'eventsource-parser'
import type { Guid } from '../../base/guid.ts'
import { openTestSession, paidState, testGuid, testLaunch } from '../test-sessions.ts'
import { startVault } from '../test-vault.ts'
import { startVaultRoutes } from '../test-vault-routes.ts'
import { startVaultSite } from '../test-vault-site.ts'
import type { OpenElsewhere } from './distant-view.ts'

const guidOf = (number: number) => testGuid.replace(/1$/, String(number)) as Guid
const viewOf = (guid: string, accessToken = `access-${guid}`, tenant = 7) => ({
  path: `/session/${tenant}/view/${guid}`,
  accessToken,
})

async function listen(t: TestContext, count = 3, openElsewhere?: OpenElsewhere) {
  const sessions = Array.from({ length: count }, (_, place) => openTestSession(testLaunch, guidOf(place + 1)))
  const started = startVaultRoutes(sessions, openElsewhere)
  const address = await started.app.listen({ port: 0, host: '127.0.0.1' })
  t.after(() => started.app.close())
  const [first, second, third] = sessions
  assert.ok(first && second && third)
  return {
    ...started,
    ...{ first, second, third, port: Number(new URL(address).port) },
    ask: (views: readonly unknown[], headers: Record<string, string> = {}) => ask(address, views, headers),
    open: async (views: readonly unknown[]) => eventsOf(await ask(address, views)),
  }
}

const ask = (address: string, views: readonly unknown[], headers: Record<string, string> = {}) =>
  fetch(`${address}/session/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ views }),
  })

/** Reads events one by one, as `0,1 state capturing`; `undefined` when the stream has ended. */
function eventsOf(response: Response) {
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8')
  assert.equal(response.headers.get('cache-control'), 'no-store')
  const events: string[] = []
  const parser = createParser({
    onEvent({ id, event, data }) {
      const { state, status, code } = JSON.parse(data)
      events.push([id, event, state ?? status, code].filter((word) => word !== undefined).join(' '))
    },
    onComment: (comment) => events.push(comment),
  })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  return {
    close: () => reader?.cancel(),
    async next(): Promise<string | undefined> {
      while (events.length === 0) {
        const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
        if (done) return undefined
        parser.feed(value ?? '')
      }
      return events.shift()
    },
  }
}

test('several sessions share one stream, each with its present state first, until the last has ended', async (t) => {
  const { open, first, second } = await listen(t)
  const events = await open([viewOf(first.guid), viewOf(second.guid)])
  assert.equal(await events.next(), '0 state capturing')
  assert.equal(await events.next(), '1 state capturing')
  second.become({ state: 'confirming' })
  assert.equal(await events.next(), '1 state confirming')
  first.become(paidState)
  assert.equal(await events.next(), '0 state ended')
  second.become({ slowMode: true })
  assert.equal(await events.next(), '1 state confirming')
  second.become(paidState)
  assert.equal(await events.next(), '1 state ended')
  assert.equal(await events.next(), undefined)
})

test('several views of one session are told by one event', async (t) => {
  const { open, first, second } = await listen(t)
  const events = await open([viewOf(first.guid), viewOf(second.guid), viewOf(first.guid)])
  assert.equal(await events.next(), '0,2 state capturing')
  assert.equal(await events.next(), '1 state capturing')
  first.become({ state: 'confirming' })
  assert.equal(await events.next(), '0,2 state confirming')
})

test('a view that is refused hears why, and hears nothing of a session that another view may see', async (t) => {
  const { open, first, second, third } = await listen(t)
  third.become(paidState)
  await second.closeView()
  const events = await open([
    viewOf(first.guid),
    viewOf(first.guid, 'forged'),
    viewOf(first.guid, `access-${third.guid}`),
    viewOf(first.guid, undefined, 8),
    viewOf(guidOf(9)),
    viewOf(second.guid),
    viewOf(third.guid),
    { path: `/pay/${first.guid}`, accessToken: `access-${first.guid}` },
    { path: `/session/7/view/${first.guid}/framed`, accessToken: `access-${first.guid}` },
  ])
  for (const said of [
    '1 refused 401 invalid-token',
    '2 refused 401 invalid-token',
    '3 refused 404 not-found',
    '4 refused 409 session-ended',
    '5 refused 403 view-closed',
    '6 state ended',
    '7 refused 404 not-found',
    '8 refused 404 not-found',
    '0 state capturing',
  ]) {
    assert.equal(await events.next(), said)
  }
  first.become({ state: 'confirming' })
  assert.equal(await events.next(), '0 state confirming')
})

test('a stream whose views are all refused ends at once', async (t) => {
  const { open, first } = await listen(t)
  const events = await open([viewOf(first.guid, 'forged')])
  assert.equal(await events.next(), '0 refused 401 invalid-token')
  assert.equal(await events.next(), undefined)
})

test('a view that is closed in a shared stream ends alone', async (t) => {
  const { open, first, second } = await listen(t)
  const events = await open([viewOf(first.guid), viewOf(second.guid), viewOf(first.guid)])
  await events.next()
  await events.next()
  await first.closeView()
  assert.equal(await events.next(), '0,2 closed')
  first.become({ state: 'confirming' })
  second.become({ state: 'confirming' })
  assert.equal(await events.next(), '1 state confirming')
  second.become(paidState)
  assert.equal(await events.next(), '1 state ended')
  assert.equal(await events.next(), undefined)
})

test('a body without views, with too many, with anything else or too long is refused as a whole', async (t) => {
  const { ask, first } = await listen(t)
  const many = (number: number) => Array.from({ length: number }, () => viewOf(first.guid))
  for (const [views, status] of [
    [[], 400],
    [many(65), 400],
    [[{ path: viewOf(first.guid).path }], 400],
    [[{ ...viewOf(first.guid), accessToken: 7 }], 400],
    [[{ ...viewOf(first.guid), accessToken: 'a'.repeat(2000) }], 400],
    [[null], 400],
    [[viewOf(first.guid, 'a'.repeat(70_000))], 413],
  ] as const) {
    const answer = await ask(views)
    assert.equal(answer.status, status, JSON.stringify(views).slice(0, 80))
    assert.equal(answer.headers.get('content-type'), 'application/problem+json; charset=utf-8')
  }
  const most = await ask(many(64))
  assert.equal(most.status, 200)
  await most.body?.cancel()
})

test('another site’s page has no stream, nor does a GET', async (t) => {
  const { ask, app, first } = await listen(t)
  for (const site of ['cross-site', 'same-site', 'none']) {
    assert.equal((await ask([viewOf(first.guid)], { 'sec-fetch-site': site })).status, 404)
  }
  const own = await ask([viewOf(first.guid)], { 'sec-fetch-site': 'same-origin' })
  assert.equal(own.status, 200)
  await own.body?.cancel()
  assert.equal((await app.inject({ url: '/session/events' })).statusCode, 405)
})

/** Sessions of another node, each with its number: what is asked of it there. */
function startElsewhere() {
  const asked: { readonly token: string; readonly body: PassThrough }[] = []
  const openElsewhere: OpenElsewhere = async (_guid, { accessToken: token }) => {
    const body = new PassThrough()
    asked.push({ token, body })
    if (token !== 'silent') body.write('event: state\ndata: {"state":"capturing"}\n\n')
    return { status: 200, body }
  }
  const there = (token: string) => asked.filter((each) => each.token === token).map(({ body }) => body)
  return { asked, there, openElsewhere }
}

test('of a session at another node one stream is open there, however often its view is named', async (t) => {
  const { asked, there, openElsewhere } = startElsewhere()
  const { open } = await listen(t, 3, openElsewhere)
  const names = ['one', 'one', 'other', 'one']
  const events = await open(names.map((token) => viewOf(guidOf(9), token)))
  assert.equal(await events.next(), '0,1,2,3 state capturing')
  assert.equal(asked.length, 2)
  assert.equal(there('other')[0]?.destroyed, true)
  const [body] = there('one')
  body?.write('event: state\ndata: {"state":"confirming"}\n\n')
  assert.equal(await events.next(), '0,1,2,3 state confirming')
  await events.close()
  if (!body?.closed) await once(body ?? assert.fail(), 'close')
})

test('a session whose node goes before it has said anything is refused alone', async (t) => {
  const { there, openElsewhere } = startElsewhere()
  const { open, first } = await listen(t, 3, openElsewhere)
  const opening = open([viewOf(guidOf(9), 'silent'), viewOf(first.guid), viewOf(guidOf(8), 'one')])
  await until(() => there('silent').length > 0)
  there('silent')[0]?.destroy()
  const events = await opening
  assert.equal(await events.next(), '0 refused 503 provider-unavailable')
  assert.equal(await events.next(), '1 state capturing')
  assert.equal(await events.next(), '2 state capturing')
  await events.close()
})

test('a stream ends when a session of it is lost while the others are still looked for', async (t) => {
  const { there, openElsewhere } = startElsewhere()
  const { open, first } = await listen(t, 3, openElsewhere)
  const opening = open([viewOf(guidOf(9), 'one'), viewOf(guidOf(8), 'silent'), viewOf(first.guid)])
  await until(() => there('silent').length > 0)
  const [lost] = there('one')
  await Promise.all([once(lost ?? assert.fail(), 'close'), lost?.destroy()])
  there('silent')[0]?.write('event: state\ndata: {"state":"capturing"}\n\n')
  const events = await opening
  for (let said = await events.next(); said !== undefined; said = await events.next())
    assert.match(said, /capturing/)
})

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(setImmediate)
}

test('a token that has expired is refused, and a fresh one of the same view is not', async (t) => {
  const vault = await startVault(t)
  const { site } = await startVaultSite(t, vault, vault.clock)
  const { guid, accessToken } = await vault.launch()
  await vault.clock.advance(301_000)
  const events = eventsOf(
    await ask(site, [viewOf(guid, accessToken), viewOf(guid, vault.vault.viewTokens.issue(guid))]),
  )
  assert.equal(await events.next(), '0 refused 401 invalid-token')
  assert.equal(await events.next(), '1 state capturing')
  await events.close()
})

test('a shared stream counts once for each of its sessions; a ninth is refused to that session alone', async (t) => {
  const { open, first, second } = await listen(t)
  const streams = []
  for (let number = 0; number < 8; number += 1) {
    const events = await open([viewOf(first.guid), viewOf(first.guid)])
    assert.equal(await events.next(), '0,1 state capturing')
    streams.push(events)
  }
  const ninth = await open([viewOf(first.guid), viewOf(second.guid)])
  assert.equal(await ninth.next(), '0 refused 429 quota-exceeded')
  assert.equal(await ninth.next(), '1 state capturing')
  await streams[0]?.close()
  for (;;) {
    const again = await open([viewOf(first.guid)])
    if ((await again.next()) === '0 state capturing') break
  }
  for (const events of streams) await events.close()
})

test('a quiet shared stream says that it is there, and ends when the server stops', async (t) => {
  const { open, app, clock, first } = await listen(t)
  const events = await open([viewOf(first.guid)])
  await events.next()
  await clock.advance(15_000)
  assert.equal(await events.next(), 'still here')
  await app.close()
  assert.equal(await events.next(), undefined)
})

test('a reader that takes nothing for a minute is cut off, with as little kept for it as one state a session', async (t) => {
  const { port, clock, first, second } = await listen(t)
  const body = JSON.stringify({ views: [viewOf(first.guid), viewOf(second.guid)] })
  const socket = connect(port, '127.0.0.1')
  socket.write(
    `POST /session/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
  await once(socket, 'readable')
  const reference = 'x'.repeat(100_000)
  for (let endsAt = 1; endsAt <= 200; endsAt += 1) {
    for (const session of [first, second]) {
      session.become({ endsAt, order: { amountMinor: 1, currency: 'EUR', reference } })
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
  await clock.advance(60_000)
  let received = ''
  socket.setEncoding('latin1').on('data', (text: string) => {
    received += text
  })
  await once(socket, 'close')
  assert.doesNotMatch(received, /"endsAt":200,/)
})

test('no token of a shared stream is in the log', async (t) => {
  const { open, ask, lines, first } = await listen(t)
  const tooLong = await ask([viewOf(first.guid, `forged-token-of-somebody${'a'.repeat(2000)}`)])
  assert.equal(tooLong.status, 400)
  assert.notEqual(lines.length, 0)
  const events = await open([viewOf(first.guid), viewOf(first.guid, 'forged-token-of-somebody')])
  await events.next()
  await events.close()
  assert.doesNotMatch(lines.join('\n'), /access-|forged-token/)
})
