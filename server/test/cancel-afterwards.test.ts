import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { demoAdminOf } from './harness/test-admin.ts'
import { eventually } from './harness/test-eventually.ts'
import { startTestTonegate } from './harness/test-tonegate.ts'

/** A sandbox with a configuration that holds money, and lets it go when a session is cancelled afterwards. */
async function startHolding(t: TestContext, cancelAfterwards: 'void' | 'refuse') {
  const sandbox = await startTestTonegate(t)
  const admin = demoAdminOf(sandbox)
  const usual = JSON.parse(await admin(['configuration', 'show', '0']))
  const flow = { ...usual.flow, purpose: 'authorise', cancelAfterwards }
  await admin(['configuration', 'put', '-'], JSON.stringify({ ...usual, id: 50, flow }))
  const headers = { authorization: `Bearer ${await sandbox.token()}` }
  const session = {
    agentId: 'agent7',
    accountConfigurationId: 50,
    skipCallTransfer: true,
    paymentData: { Amount: '12.40', Currency: 'USD' },
  }
  const { sessionGuid } = (await sandbox.post('/globalpci/v1/session', session, headers)).json
  const status = async () => (await sandbox.send(`/globalpci/v1/session/${sessionGuid}`, { headers })).json
  await sandbox.post(`/sandbox/sessions/${sessionGuid}/keys`, { keys: '4111111111111111#1230#123#1' })
  await eventually(async () => (await status()).sessionState === 'Finished')
  return {
    status,
    cancel: () => sandbox.post(`/globalpci/v1/session/${sessionGuid}/cancel`, {}, headers),
  }
}

test('cancelling a session that has ended voids what its gateway holds, where the configuration says so', async (t) => {
  const { status, cancel } = await startHolding(t, 'void')
  assert.equal((await status()).paymentResultData.paymentOutcome, 'approved')
  const answer = await cancel()
  assert.equal(answer.status, 200, answer.text)
  const { sessionState, paymentResultData } = answer.json
  assert.deepEqual([sessionState, paymentResultData.paymentOutcome], ['Finished', 'cancelled'])
  assert.equal(paymentResultData.cardLast4, '1111')
  assert.deepEqual(await status(), answer.json)
  assert.equal((await cancel()).status, 200, 'and again without harm')
})

test('where it does not say so, the money stays held', async (t) => {
  const { status, cancel } = await startHolding(t, 'refuse')
  const before = await status()
  const answer = await cancel()
  assert.equal(answer.status, 409)
  assert.equal(answer.json.detail, 'The session has already ended (state Finished).')
  assert.deepEqual(await status(), before)
})
