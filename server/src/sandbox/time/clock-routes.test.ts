import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../../../test/harness/test-eventually.ts'
import { startTestTonegate } from '../../../test/harness/test-tonegate.ts'
import { systemClock } from '../../base/clock.ts'
import { createSandboxClock } from './sandbox-clock.ts'

const session = {
  agentId: 'agent7',
  skipCallTransfer: true,
  paymentData: { Amount: '12.40', Currency: 'USD' },
}

test('a token expires, a result is removed and a link runs out when time is moved', async (t) => {
  const clock = createSandboxClock(systemClock)
  const { post, send, token } = await startTestTonegate(t, { clock })
  const advance = (advanceSeconds: number) => post('/sandbox/clock', { advanceSeconds })
  let headers = { authorization: `Bearer ${await token()}` }
  const open = async (path: string) => (await post(`/globalpci/v1/${path}`, session, headers)).json
  const status = async (guid: string) => (await send(`/globalpci/v1/session/${guid}`, { headers })).json
  const paid = await open('session')
  const linked = await open('digitalsession')
  await post(`/sandbox/sessions/${paid.sessionGuid}/keys`, { keys: '4111111111111111#1230#123#1' })
  await eventually(async () => (await status(paid.sessionGuid)).sessionState === 'Finished')
  assert.ok((await status(paid.sessionGuid)).paymentResultData)

  const moved = await advance(901)
  assert.deepEqual([moved.status, moved.json.advancedSeconds], [200, 901])
  assert.equal((await status(paid.sessionGuid)).paymentResultData, undefined)
  await advance(3600)
  assert.equal((await send(`/globalpci/v1/session/${paid.sessionGuid}`, { headers })).status, 401)
  headers = { authorization: `Bearer ${await token()}` }
  assert.equal((await status(linked.sessionGuid)).sessionState, 'Created')
  await advance(72 * 3600)
  headers = { authorization: `Bearer ${await token()}` }
  await eventually(async () => /Expired|TimeOut/.test((await status(linked.sessionGuid)).sessionState))
  assert.equal((await send('/sandbox/clock')).json.advancedSeconds, 901 + 3600 + 72 * 3600)
})

test('time goes forward by whole seconds, at most by 90 days, and only where nobody shares it', async (t) => {
  const { post } = await startTestTonegate(t, { clock: createSandboxClock(systemClock) })
  for (const advanceSeconds of [0, -5, 1.5, 90 * 86_400 + 1, '900', undefined]) {
    assert.equal((await post('/sandbox/clock', { advanceSeconds })).status, 400, String(advanceSeconds))
  }
  const shared = await startTestTonegate(t)
  const refused = await shared.post('/sandbox/clock', { advanceSeconds: 900 })
  assert.equal(refused.status, 409)
  assert.match(refused.json.detail, /without TONEGATE_STORE and --role/)
})
