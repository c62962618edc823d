import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { FirstTokens, ViewTokenPair } from '@tonegate/protocol/view-page-data'
import { scriptedFetch, testKept } from './test-view.ts'
import { createTokens } from './tokens.ts'

const pair = (number: number): ViewTokenPair => ({
  accessToken: `access-${number}`,
  refreshToken: `refresh-${number}`,
  renewInSeconds: 240,
  now: number * 1_000_000,
})

const accessAlone: FirstTokens = { accessToken: 'access-1', renewInSeconds: 240 }

function start(
  t: TestContext,
  answers: readonly (Response | Error | 'never')[],
  { first = pair(1), stored }: { readonly first?: FirstTokens; readonly stored?: string } = {},
) {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { fetch, asked } = scriptedFetch(...answers)
  const lost: string[] = []
  const kept = testKept(stored)
  const times: number[] = []
  const clock = { set: (now: number) => void times.push(now) }
  const onLost = () => lost.push('lost')
  const tokens = createTokens({ path: '/view', first, kept, clock, fetch, onLost })
  t.after(tokens.stop)
  const pass = async (seconds: number) => {
    t.mock.timers.tick(seconds * 1000)
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  }
  const said = () => asked.map(({ init }) => JSON.parse(String(init.body)))
  const sent = () => said().map(({ refreshToken }) => refreshToken)
  return { tokens, asked, said, sent, lost, kept, times, pass }
}

test('the pair is renewed after four minutes, and again after four more; the latest is kept', async (t) => {
  const { tokens, asked, sent, kept, times, pass } = start(t, [
    Response.json(pair(2)),
    Response.json(pair(3)),
  ])
  assert.equal(kept.stored(), 'refresh-1')
  await pass(239)
  assert.equal(asked.length, 0)
  await pass(1)
  assert.equal(tokens.accessToken(), 'access-2')
  assert.equal(asked[0]?.url, '/view/token')
  await pass(240)
  assert.equal(tokens.accessToken(), 'access-3')
  assert.deepEqual(sent(), ['refresh-1', 'refresh-2'])
  assert.equal(kept.stored(), 'refresh-3')
  assert.deepEqual(times, [2_000_000, 3_000_000])
})

test('renewals at the same time share one exchange: a refresh token works once', async (t) => {
  const { tokens, asked } = start(t, [Response.json(pair(2))])
  assert.deepEqual(await Promise.all([tokens.renew(), tokens.renew()]), ['renewed', 'renewed'])
  assert.equal(asked.length, 1)
})

test('a window without a refresh token gets one at once, by its access token', async (t) => {
  const { asked, sent, kept, pass } = start(t, [Response.json(pair(2))], { first: accessAlone })
  await pass(0)
  assert.equal(new Headers(asked[0]?.init.headers).get('authorization'), 'Bearer access-1')
  assert.deepEqual(sent(), [undefined])
  assert.equal(kept.stored(), 'refresh-2')
})

test('a page that was reloaded goes on with what its window has kept', async (t) => {
  const { sent, asked, pass } = start(t, [Response.json(pair(3))], {
    first: accessAlone,
    stored: 'refresh-2',
  })
  await pass(239)
  assert.equal(asked.length, 0)
  await pass(1)
  assert.deepEqual(sent(), ['refresh-2'])
})

test('a server that cannot be reached is asked the same again: its answer may have been lost', async (t) => {
  const { tokens, said, lost, pass } = start(t, [
    new TypeError('no network'),
    new Response(null, { status: 503 }),
    Response.json(pair(2)),
  ])
  await pass(240)
  await pass(5)
  await pass(5)
  assert.equal(tokens.accessToken(), 'access-2')
  assert.deepEqual(said(), Array(3).fill({ refreshToken: 'refresh-1', successor: 'next-1' }))
  assert.deepEqual(lost, [])
})

test('a server that does not answer within ten seconds is asked again', async (t) => {
  const { tokens, asked, lost, pass } = start(t, ['never', Response.json(pair(2))])
  await pass(240)
  await pass(10)
  assert.equal(asked.length, 1)
  await pass(5)
  assert.equal(tokens.accessToken(), 'access-2')
  assert.deepEqual(lost, [])
})

test('a refused refresh token is the end of the page’s access', async (t) => {
  const { tokens, asked, lost, pass } = start(t, [new Response(null, { status: 401 })])
  assert.equal(await tokens.renew(), 'lost')
  await pass(600)
  assert.deepEqual(lost, ['lost'])
  assert.equal(asked.length, 1)
})

test('a session that has ended is renewed no more', async (t) => {
  const { tokens, asked, lost, pass } = start(t, [new Response(null, { status: 404 })])
  assert.equal(await tokens.renew(), 'gone')
  await pass(600)
  assert.equal(asked.length, 1)
  assert.deepEqual(lost, [])
})

test('a renewal that is answered after the end sets no timer and keeps nothing', async (t) => {
  const { tokens, asked, kept, pass } = start(t, [Response.json(pair(2))])
  const renewal = tokens.renew()
  tokens.stop()
  kept.forget()
  await renewal
  await pass(600)
  assert.equal(asked.length, 1)
  assert.equal(kept.stored(), undefined)
})
