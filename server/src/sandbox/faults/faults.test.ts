import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { eventually } from '../../../test/harness/test-eventually.ts'
import { startTestTonegate } from '../../../test/harness/test-tonegate.ts'
import { systemClock } from '../../base/clock.ts'
import { createSandboxClock } from '../time/sandbox-clock.ts'

const session = {
  agentId: 'agent7',
  skipCallTransfer: true,
  paymentData: { Amount: '12.40', Currency: 'USD' },
}
const keys = '4111111111111111#1230#123#1'

async function start(t: TestContext) {
  const tonegate = await startTestTonegate(t, { clock: createSandboxClock(systemClock) })
  const { send, post, token } = tonegate
  const headers = { authorization: `Bearer ${await token()}` }
  const arm = async (fault: object) => assert.equal((await post('/sandbox/faults', fault)).status, 200)
  const list = () => send('/globalpci/v1/sessions', { headers })
  const pay = async () => {
    const { sessionGuid } = (await post('/globalpci/v1/session', session, headers)).json
    await post(`/sandbox/sessions/${sessionGuid}/keys`, { keys })
    return sessionGuid as string
  }
  const result = async (guid: string) =>
    (await send(`/globalpci/v1/session/${guid}`, { headers })).json.paymentResultData?.paymentOutcome
  const advance = (advanceSeconds: number) => post('/sandbox/clock', { advanceSeconds })
  return { ...tonegate, headers, arm, list, pay, result, advance }
}

test('the next requests are refused as they really are, and those after them are not', async (t) => {
  const { send, arm, list } = await start(t)
  await arm({ kind: '429', count: 2, seconds: 7 })
  for (let times = 0; times < 2; times += 1) {
    const refused = await list()
    assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '7'])
    assert.match(refused.json.type, /quota-exceeded$/)
  }
  assert.equal((await list()).status, 200)

  await arm({ kind: 503 })
  const overloaded = await list()
  assert.deepEqual([overloaded.status, overloaded.headers.get('retry-after')], [503, '5'])
  assert.match(overloaded.json.type, /errors#overloaded$/)

  await arm({ kind: '502' })
  const proxied = await list()
  assert.deepEqual([proxied.status, proxied.headers.get('content-type')], [502, 'text/html'])
  assert.match(proxied.text, /Bad Gateway/)
  assert.deepEqual((await send('/sandbox/faults')).json.faults, [])
})

test('the token endpoint refuses in the words of OAuth', async (t) => {
  const { tonegate, send, arm } = await start(t)
  const [client] = tonegate.sandbox?.regions.nam?.clients ?? []
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    scope: 'globalpci',
    client_id: client?.clientId ?? '',
    client_secret: client?.clientSecret ?? '',
  })
  for (const [kind, status] of [
    ['429', 429],
    ['503', 503],
  ] as const) {
    await arm({ kind, path: '/auth/connect/token' })
    const refused = await send('/auth/connect/token', { method: 'POST', body })
    assert.deepEqual([refused.status, refused.json.error], [status, 'temporarily_unavailable'])
    assert.ok(refused.headers.get('retry-after'))
  }
  assert.equal((await send('/auth/connect/token', { method: 'POST', body })).status, 200)
})

test('a fault for a path leaves other paths, and those without a token, alone', async (t) => {
  const { send, post, headers, arm, list } = await start(t)
  await arm({ kind: '503', path: '/globalpci/v1/session/' })
  assert.equal((await list()).status, 200)
  assert.equal((await send('/globalpci/v1/session/x')).status, 401)
  assert.equal((await send('/globalpci/v1/session/x', { headers })).status, 503)
  await arm({ kind: '503', count: 9 })
  const cleared = await send('/sandbox/faults', { method: 'DELETE' })
  assert.deepEqual(cleared.json.faults, [])
  assert.equal((await list()).status, 200)
  for (const wrong of [
    {},
    { kind: 'earthquake' },
    { kind: '429', count: 0 },
    { kind: 'slow', seconds: 301 },
  ]) {
    assert.equal((await post('/sandbox/faults', wrong)).status, 400, JSON.stringify(wrong))
  }
})

test('what is slow is answered when its time has come, which can be moved', async (t) => {
  const { send, arm, list, advance } = await start(t)
  await arm({ kind: 'slow', seconds: 60 })
  const slow = list()
  await eventually(async () => (await send('/sandbox/faults')).json.faults.length === 0)
  await advance(61)
  assert.equal((await slow).status, 200)
})

test('an answer that is lost was carried out', async (t) => {
  const { post, headers, arm, list } = await start(t)
  await arm({ kind: 'answer-lost' })
  const keyed = { ...headers, 'idempotency-key': 'order-1001' }
  await assert.rejects(post('/globalpci/v1/session', session, keyed))
  const [opened, ...others] = (await list()).json.sessions
  const again = await post('/globalpci/v1/session', session, keyed)
  assert.deepEqual([again.json.sessionGuid, others], [opened.sessionGuid, []])
})

test('a gateway whose answer is lost has charged, and one that was not reached has not', async (t) => {
  const { arm, pay, result, advance } = await start(t)
  const is = (guid: string, outcome: string) => eventually(async () => (await result(guid)) === outcome)
  for (const { kind, known, seconds } of [
    { kind: 'gateway-lost', known: 'approved', seconds: 20 },
    { kind: 'gateway-unreached', known: 'failed', seconds: 300 },
  ]) {
    await arm({ kind })
    const guid = await pay()
    await advance(11)
    await is(guid, 'unknown')
    await eventually(async () => {
      await advance(seconds)
      return (await result(guid)) === known
    })
  }
  await is(await pay(), 'approved')
})

test('no page of another origin arms anything, or reads what programs ask', async (t) => {
  const { origin, send, post } = await start(t)
  const fault = { kind: '503' }
  for (const headers of [
    { origin: 'https://evil.example' },
    { origin: 'http://localhost:3000' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ] as Record<string, string>[]) {
    assert.equal((await post('/sandbox/faults', fault, headers)).status, 409, JSON.stringify(headers))
    assert.equal((await send('/sandbox/reset', { method: 'POST', headers })).status, 409)
    assert.equal((await send('/sandbox/requests', { headers })).status, 409)
    assert.equal((await send('/sandbox/webhooks', { headers })).status, 409)
    assert.equal((await send('/sandbox/clock', { headers })).status, 409)
  }
  const own = await post('/sandbox/faults', fault, { origin, 'sec-fetch-site': 'same-origin' })
  assert.equal(own.status, 200)
})
