import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { ViewState } from '@tonegate/protocol/view-state'
import { createParser } from 'eventsource-parser'
import { paidState, testGuid } from '../test-sessions.ts'
import { startVault } from '../test-vault.ts'
import { startVaultRoutes } from '../test-vault-routes.ts'
import { startVaultSite } from '../test-vault-site.ts'

const path = `/session/7/view/${testGuid}/events`
const authorization = `Bearer access-${testGuid}`

async function listen(t: TestContext) {
  const started = startVaultRoutes()
  const address = await started.app.listen({ port: 0, host: '127.0.0.1' })
  t.after(() => started.app.close())
  return { ...started, address, port: Number(new URL(address).port) }
}

/** Reads states one by one; `undefined` when the stream has ended. */
function statesOf(response: Response) {
  const states: ViewState[] = []
  const comments: string[] = []
  const parser = createParser({
    onEvent: ({ event, data }) => event === 'state' && states.push(JSON.parse(data)),
    onComment: (comment) => comments.push(comment),
  })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  const read = async () => {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
    if (value !== undefined) parser.feed(value)
    return done
  }
  return {
    async next(): Promise<ViewState | undefined> {
      while (states.length === 0) if (await read()) return undefined
      return states.shift()
    },
    async nextComment(): Promise<string | undefined> {
      while (comments.length === 0) if (await read()) return undefined
      return comments.shift()
    },
  }
}

test('a stream begins with the present state and ends after the last', async (t) => {
  const { address, session } = await listen(t)
  const response = await fetch(address + path, { headers: { authorization } })
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8')
  assert.equal(response.headers.get('cache-control'), 'no-store')
  assert.equal(response.headers.get('access-control-allow-origin'), null)
  const states = statesOf(response)
  assert.deepEqual(await states.next(), session.view())
  session.become({ slowMode: true })
  assert.equal((await states.next())?.slowMode, true)
  session.become(paidState)
  assert.equal((await states.next())?.result?.outcome, 'approved')
  assert.equal(await states.next(), undefined)
})

test('a quiet stream says every 15 seconds that it is there', async (t) => {
  const { address, clock } = await listen(t)
  const states = statesOf(await fetch(address + path, { headers: { authorization } }))
  await states.next()
  await clock.advance(15_000)
  assert.equal(await states.nextComment(), 'still here')
})

test('a stream needs a token of this session, in the header', async (t) => {
  const { address, app } = await listen(t)
  const query = `?access_token=access-${testGuid}`
  assert.equal((await fetch(address + path)).status, 401)
  assert.equal((await fetch(address + path + query)).status, 401)
  assert.equal((await fetch(address + path, { headers: { authorization: 'Bearer forged' } })).status, 401)
  const foreign = path.replace('/7/', '/8/')
  assert.equal((await fetch(address + foreign, { headers: { authorization } })).status, 404)
  assert.equal((await app.inject({ method: 'HEAD', url: path, headers: { authorization } })).statusCode, 405)
})

test('a session that has just ended shows its last state to who missed it, and to nobody of another tenant', async (t) => {
  const { address, session } = await listen(t)
  session.become(paidState)
  const response = await fetch(address + path, { headers: { authorization } })
  assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8')
  const states = statesOf(response)
  assert.equal((await states.next())?.result?.outcome, 'approved')
  assert.equal(await states.next(), undefined)
  const foreign = path.replace('/7/', '/8/')
  assert.equal((await fetch(address + foreign, { headers: { authorization } })).status, 404)
})

test('a session whose last state is forgotten has no stream any more', async (t) => {
  const vault = await startVault(t)
  const { site } = await startVaultSite(t, vault, vault.clock)
  const { guid, accessToken } = await vault.launch()
  const open = () =>
    fetch(`${site}/session/7/view/${guid}/events`, { headers: { authorization: `Bearer ${accessToken}` } })
  await vault.find(guid).cancel()
  assert.equal((await open()).status, 200)
  await vault.clock.advance(120_000)
  assert.equal((await open()).status, 409)
})

test('all streams of a session say the same', async (t) => {
  const { address, session } = await listen(t)
  const open = async () => statesOf(await fetch(address + path, { headers: { authorization } }))
  const [one, other] = [await open(), await open()]
  for (const slowMode of [true, false, true]) {
    session.become({ slowMode })
    await one.next()
    await other.next()
  }
  session.become(paidState)
  assert.equal((await one.next())?.slowMode, true)
  assert.equal((await other.next())?.slowMode, true)
  for (const states of [one, other]) {
    assert.equal((await states.next())?.result?.outcome, 'approved')
    assert.equal(await states.next(), undefined)
  }
})

test('a ninth stream of one session is refused until one has gone', async (t) => {
  const { address } = await listen(t)
  const controllers = Array.from({ length: 8 }, () => new AbortController())
  const open = await Promise.all(
    controllers.map(({ signal }) => fetch(address + path, { headers: { authorization }, signal })),
  )
  const ninth = await fetch(address + path, { headers: { authorization } })
  assert.equal(ninth.status, 429)
  assert.equal(ninth.headers.get('retry-after'), '15')
  controllers[0]?.abort()
  for (;;) {
    const again = await fetch(address + path, { headers: { authorization } })
    await again.body?.cancel()
    if (again.status === 200) break
  }
  for (const { status } of open) assert.equal(status, 200)
})

test('the server ends its streams when it stops', async (t) => {
  const { address, app } = await listen(t)
  const states = statesOf(await fetch(address + path, { headers: { authorization } }))
  await states.next()
  await app.close()
  assert.equal(await states.next(), undefined)
})

test('the readers of a server that stops are told to come again, not all at once', async (t) => {
  const { address, app } = await listen(t)
  const streams = await Promise.all(
    [1, 2, 3].map(() => fetch(address + path, { headers: { authorization } })),
  )
  const texts = streams.map((stream) => stream.text())
  await app.close()
  const waits = (await Promise.all(texts)).map((text) => /\n\nretry: (\d+)\n\n$/.exec(text)?.[1])
  assert.deepEqual(waits.sort(), ['500', '600', '700'])
})

test('a slow reader gets the latest state, not every one', async (t) => {
  const { port, session } = await listen(t)
  const slow = request({ port, path, headers: { authorization } }).end()
  const [response] = await once(slow, 'response')
  let received = ''
  response.setEncoding('utf8')
  response.pause()
  const reference = 'x'.repeat(10_000)
  const changes = 3_000
  for (let endsAt = 1; endsAt <= changes; endsAt += 1) {
    session.become({ endsAt, order: { amountMinor: 1, currency: 'EUR', reference } })
    if (endsAt % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  session.become({ ...paidState, endsAt: changes + 1 })
  response.on('data', (text: string) => {
    received += text
  })
  response.resume()
  await once(response, 'end')
  const states = received.split('\n\n').filter((event) => event.startsWith('event: state'))
  assert.ok(states.length < changes, `${states.length} of ${changes} states`)
  assert.match(states.at(-1) ?? '', new RegExp(`"endsAt":${changes + 1},.*"outcome":"approved"`))
})

test('a reader that takes nothing for a minute is cut off', async (t) => {
  const { port, session, clock } = await listen(t)
  const socket = connect(port, '127.0.0.1')
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n\r\n`)
  await once(socket, 'readable')
  const reference = 'x'.repeat(100_000)
  for (let endsAt = 1; endsAt <= 300; endsAt += 1) {
    session.become({ endsAt, order: { amountMinor: 1, currency: 'EUR', reference } })
    await new Promise((resolve) => setImmediate(resolve))
  }
  await clock.advance(60_000)
  socket.resume()
  await once(socket, 'close')
})

test('a reader that takes nothing is cut off after the end of its session too', async (t) => {
  const { port, session, clock } = await listen(t)
  const socket = connect(port, '127.0.0.1')
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n\r\n`)
  await once(socket, 'readable')
  const order = { amountMinor: 1, currency: 'EUR', reference: 'x'.repeat(20_000_000) }
  session.become({ ...paidState, order })
  await clock.advance(45_000)
  assert.equal(socket.closed, false)
  await clock.advance(15_000)
  let received = ''
  socket.setEncoding('latin1').on('data', (text: string) => {
    received += text
  })
  await once(socket, 'close')
  assert.doesNotMatch(received, /"outcome"/)
})
