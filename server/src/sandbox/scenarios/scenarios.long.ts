import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { startTestTonegate } from '../../../test/harness/test-tonegate.ts'
import { systemClock } from '../../base/clock.ts'
import { createSandboxClock } from '../time/sandbox-clock.ts'

const paymentData = { Amount: '8.20', Currency: 'USD', CustomerPhoneNumber: '+15550100' }

async function start(t: TestContext) {
  const tonegate = await startTestTonegate(t, { clock: createSandboxClock(systemClock) })
  const { send, post, token } = tonegate
  const headers = { authorization: `Bearer ${await token()}` }
  const play = async (name: string, wanted: object = {}) => post(`/sandbox/scenarios/${name}`, wanted)
  const open = async (kind: string, agentId: string) =>
    (await post(`/globalpci/v1/${kind}`, { agentId, skipCallTransfer: true, paymentData }, headers)).json
  return { ...tonegate, headers, play, open, send }
}

/** What comes of each that takes no long silence. */
const comesTo = {
  approved: ['Finished', 'approved'],
  review: ['Finished', 'review'],
  error: ['Error', 'failed'],
  'declined:insufficient-funds': ['Finished', 'declined'],
  declined: ['Finished', 'declined'],
  'wrong-digits': ['Finished', 'approved'],
  'in-band': ['Finished', 'approved'],
  audio: ['Finished', 'approved'],
  reload: ['Finished', 'approved'],
  'hang-up': ['Cancelled', 'cancelled'],
  'to-link': ['Finished', 'approved'],
  digital: ['Finished', 'approved'],
  challenge: ['Finished', 'approved'],
  doubled: ['Finished', 'approved'],
} as const

test('scenarios play beside one another, each on an agent and a call of its own', async (t) => {
  const { send, play } = await start(t)
  const { scenarios } = (await send('/sandbox/scenarios')).json
  const names: string[] = scenarios.map(({ name }: { name: string }) => name)
  assert.ok(names.length >= 20 && !names.includes('by-hand'), names.join())
  assert.ok(scenarios.every(({ sentence }: { sentence: string }) => /^[A-Z].*\.$/.test(sentence)))
  const played = await Promise.all(
    Object.keys(comesTo).map(async (name) => {
      const { json } = await play(name)
      return [name, [json.sessionState, json.paymentResultData?.paymentOutcome]]
    }),
  )
  assert.deepEqual(Object.fromEntries(played), comesTo)
})

test('a scenario plays in a session that a program has opened, on a keypad and by a link', async (t) => {
  const { open, play } = await start(t)
  const keypad = await open('session', 'agent7')
  const approved = await play('approved', { sessionGuid: keypad.sessionGuid })
  assert.deepEqual(
    [approved.status, approved.json.sessionGuid, approved.json.sessionState, approved.json.finished],
    [200, keypad.sessionGuid, 'Finished', true],
  )
  assert.equal(approved.json.paymentResultData.Amount, '820')
  const link = await open('digitalsession', 'agent8')
  const declined = await play('declined:expired-card', { sessionGuid: link.sessionGuid })
  assert.equal(declined.json.paymentResultData.paymentOutcome, 'declined')
  const again = await play('approved', { sessionGuid: link.sessionGuid })
  assert.deepEqual([again.status, again.json.type.split('#')[1]], [409, 'session-ended'])
  const other = await open('digitalsession', 'agent8')
  const wrong = await play('wrong-digits', { sessionGuid: other.sessionGuid })
  assert.deepEqual([wrong.status, /opened for a link/.test(wrong.json.detail)], [409, true])
})

test('a scenario that takes long is not waited for, and goes on', async (t) => {
  const { play, send, headers } = await start(t)
  const begun = await play('silent', { waitSeconds: 1, agentId: 'agent9', paymentData: { Amount: '3.00' } })
  const { finished, sessionState, sessionGuid, agentId } = begun.json
  assert.deepEqual([finished, agentId, sessionState], [false, 'agent9', 'Created'])
  assert.equal((await send(`/globalpci/v1/session/${sessionGuid}`, { headers })).status, 200)
})

test('a scenario that is not known, and a session that is not there, are told', async (t) => {
  const { play, send } = await start(t)
  const unknown = await play('aproved')
  assert.equal(unknown.status, 404)
  assert.match(unknown.json.detail, /There are: approved, review/)
  for (const sessionGuid of ['x', '01a22c04-23b5-72eb-b0c4-a1fad3d4d101']) {
    assert.equal((await play('approved', { sessionGuid })).status, 404)
  }
  assert.equal((await play('approved', { cardNumber: '1' })).status, 400)
  assert.equal((await send('/sandbox/scenarios/approved', { method: 'POST' })).status, 200)
})

test('sessions are seeded in every state, the same ones by the same seed', async (t) => {
  const { post, send, headers } = await start(t)
  const first = (await post('/sandbox/seed', { count: 20, seed: 7 })).json
  const kinds = new Map(
    first.sessions.map((each: { kind: string; sessionState: string; paymentOutcome?: string }) => [
      each.kind,
      [each.sessionState, each.paymentOutcome],
    ]),
  )
  assert.deepEqual(Object.fromEntries(kinds), {
    approved: ['Finished', 'approved'],
    declined: ['Finished', 'declined'],
    review: ['Finished', 'review'],
    refunded: ['Finished', 'approved'],
    expired: ['ExpiredOnProviderSide', 'failed'],
    cancelled: ['Cancelled', 'cancelled'],
    'in-progress': ['InProgress', undefined],
    created: ['Created', undefined],
  })
  const listed = (await send('/globalpci/v1/sessions', { headers })).json.sessions
  assert.equal(listed.length, 20)
  assert.equal((await send('/sandbox/reset', { method: 'POST' })).status, 200)
  const second = (await post('/sandbox/seed', { count: 20, seed: 7 })).json
  const told = ({ sessions }: typeof first) =>
    sessions.map(({ sessionGuid: _, ...each }: { sessionGuid: string }) => each)
  assert.deepEqual(told(second), told(first))
  assert.equal((await post('/sandbox/seed', { count: 501 })).status, 400)
})

test('where several processes share a sandbox, nothing is played', async (t) => {
  const { post } = await startTestTonegate(t)
  for (const path of ['/sandbox/scenarios/approved', '/sandbox/seed']) {
    const refused = await post(path, {})
    assert.equal(refused.status, 409)
    assert.match(refused.json.detail, /only in a sandbox of one process/)
  }
})
