import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { scriptedFetch } from './test-view.ts'
import { createTokens } from './tokens.ts'

const pair = (number: number) => ({
  accessToken: `access-${number}`,
  refreshToken: `refresh-${number}`,
  renewInSeconds: 240,
})

function start(t: TestContext, ...answers: readonly (Response | Error)[]) {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { fetch, asked } = scriptedFetch(...answers)
  const lost: string[] = []
  const tokens = createTokens({ path: '/view', first: pair(1), fetch, onLost: () => lost.push('lost') })
  t.after(tokens.stop)
  const pass = async (seconds: number) => {
    t.mock.timers.tick(seconds * 1000)
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  }
  return { tokens, asked, lost, pass }
}

test('the pair is renewed after four minutes, and again after four more', async (t) => {
  const { tokens, asked, pass } = start(t, Response.json(pair(2)), Response.json(pair(3)))
  await pass(239)
  assert.equal(asked.length, 0)
  await pass(1)
  assert.equal(tokens.accessToken(), 'access-2')
  assert.equal(asked[0]?.url, '/view/token')
  assert.deepEqual(JSON.parse(String(asked[0]?.init.body)), { refreshToken: 'refresh-1' })
  await pass(240)
  assert.equal(tokens.accessToken(), 'access-3')
})

test('renewals at the same time share one exchange: a refresh token works once', async (t) => {
  const { tokens, asked } = start(t, Response.json(pair(2)))
  assert.deepEqual(await Promise.all([tokens.renew(), tokens.renew()]), ['renewed', 'renewed'])
  assert.equal(asked.length, 1)
})

test('a server that cannot be reached is asked again, with the same token', async (t) => {
  const { tokens, asked, lost, pass } = start(
    t,
    new TypeError('no network'),
    new Response(null, { status: 503 }),
    Response.json(pair(2)),
  )
  await pass(240)
  await pass(5)
  await pass(5)
  assert.equal(tokens.accessToken(), 'access-2')
  assert.deepEqual(
    asked.map(({ init }) => JSON.parse(String(init.body)).refreshToken),
    ['refresh-1', 'refresh-1', 'refresh-1'],
  )
  assert.deepEqual(lost, [])
})

test('a refused refresh token is the end of the page’s access', async (t) => {
  const { tokens, asked, lost, pass } = start(t, new Response(null, { status: 401 }))
  assert.equal(await tokens.renew(), 'lost')
  await pass(600)
  assert.deepEqual(lost, ['lost'])
  assert.equal(asked.length, 1)
})
