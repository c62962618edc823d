import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../base/clock.ts'
import { firstGuidOf } from '../base/guid.ts'
import type { Caller } from '../identity/bearer.ts'
import { createGetSessionJson } from './get-session.ts'
import { sixDigitTime } from './session-answer.ts'
import { createSettledAnswers } from './settled-answers.ts'
import { approved, paymentData, startPayments } from './test-payments.ts'

test('the status has its members in the contract’s form; callGuid only where there was a call', async (t) => {
  const { post, get, payments, putOnCall, open, clock } = await startPayments(t)
  const callGuid = putOnCall('agent7')
  const { sessionGuid, providerSessionGuid } = (await post({ agentId: 'agent7', paymentData })).json()
  const answer = await get(sessionGuid)
  assert.equal(answer.statusCode, 200)
  assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
  assert.equal(answer.headers['cache-control'], 'no-store')
  assert.deepEqual(answer.json(), {
    sessionGuid,
    providerSessionGuid,
    callGuid,
    createdOn: '2026-01-15T09:30:00.000000Z',
    lastUpdatedOn: '2026-01-15T09:30:00.000000Z',
    sessionState: 'Created',
  })
  await clock.advance(1234)
  await payments.reports.recordResult(approved(providerSessionGuid))
  const ended = (await get(sessionGuid)).json()
  assert.equal(ended.createdOn, '2026-01-15T09:30:00.000000Z')
  assert.equal(ended.lastUpdatedOn, '2026-01-15T09:30:01.234000Z')
  assert.equal(ended.paymentResultData.decision, 'ACCEPT')
  const { sessionGuid: withoutCall } = await open()
  assert.ok(!('callGuid' in (await get(withoutCall)).json()))
})

test('either kind is read at the same place, its GUID in any case', async (t) => {
  const { open, get } = await startPayments(t)
  const { sessionGuid } = await open({}, '/globalpci/v1/digitalsession')
  assert.equal((await get(sessionGuid.toUpperCase())).json().sessionGuid, sessionGuid)
})

test('an agent’s token and another client of the account see the account’s sessions', async (t) => {
  const { open, get } = await startPayments(t)
  const { sessionGuid } = await open()
  assert.equal((await get(sessionGuid, 'agent7')).statusCode, 200)
  assert.equal((await get(sessionGuid, 'other-client')).statusCode, 200)
})

test('unknown, foreign and malformed get one and the same 404', async (t) => {
  const { open, get, cancel, newGuid } = await startPayments(t)
  const { sessionGuid } = await open()
  const answers = [
    await get(newGuid()),
    await get(sessionGuid, 'foreign'),
    await get('not-a-guid'),
    await get(`${sessionGuid}0`),
    await get(`{${sessionGuid}}`),
    await get('%27%20or%201=1'),
    await cancel(newGuid()),
    await cancel(sessionGuid, { as: 'foreign' }),
    await cancel('not-a-guid'),
  ]
  for (const answer of answers) {
    assert.equal(answer.statusCode, 404)
    const { instance, ...rest } = answer.json()
    assert.match(instance, /^\/globalpci\/v1\/session\//)
    assert.deepEqual(rest, {
      type: 'http://nam.api.test/globalpci/errors#not-found',
      title: 'Not found',
      status: 404,
      detail: 'No payment session has this id.',
      message: 'No payment session has this id.',
    })
  }
})

test('times have six fraction digits and end in Z', () => {
  assert.equal(sixDigitTime(Date.UTC(2018, 1, 23, 9, 28, 22, 781)), '2018-02-23T09:28:22.781000Z')
  assert.equal(sixDigitTime(0), '1970-01-01T00:00:00.000000Z')
})

test('a session is known for 90 days after its end, to the millisecond', async (t) => {
  const { open, get, payments, clock } = await startPayments(t)
  const { sessionGuid, providerSessionGuid } = await open()
  await payments.reports.recordResult(approved(providerSessionGuid))
  await clock.leap(90 * 86_400_000 - 1)
  assert.equal((await get(sessionGuid)).statusCode, 200)
  await clock.leap(1)
  assert.equal((await get(sessionGuid)).statusCode, 404)
})

test('a kept answer holds until the result in it is removed, and is that of its owner’s callers alone', async () => {
  let now = 0
  let asked = 0
  const settled = createSettledAnswers()
  const guid = firstGuidOf(1)
  const getSessionJson = createGetSessionJson({
    clock: { ...createMovableClock(), now: () => now },
    findSession: async () => {
      asked += 1
      return {
        guid,
        account_id: 7,
        agent_id: 'agent7',
        call_guid: null,
        provider_session_guid: firstGuidOf(2),
        state: 'Finished',
        created_at: 0,
        updated_at: 0,
        ended_at: 0,
        sealed_result: null,
        result_removal_at: 1000,
        awaits_outcome: 0,
      }
    },
    statusText: () => `answer ${asked}`,
    settled,
  })
  const get = (accountId: number, agentId?: string) =>
    getSessionJson({ account: { id: accountId }, ...(agentId && { agentId }) } as Caller, guid)
  assert.equal(await get(7), 'answer 1')
  now = 999
  assert.equal(await get(7), 'answer 1')
  assert.equal(await get(7, 'agent7'), 'answer 1')
  assert.equal(await get(7, 'agent8'), 'answer 2')
  assert.equal(await get(8), 'answer 3')
  now = 1000
  assert.equal(await get(7), 'answer 4')
})
