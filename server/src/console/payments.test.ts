import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { prepareCaptureRows } from '../vault/capture-rows.ts'
import type { FollowUp, FollowUpAnswer } from '../vault/gateway.ts'
import { approval, testGateway } from '../vault/test-vault.ts'
import { startConsole } from './test-console.ts'

/** An operator, and a payment of 12.40 that was approved. */
async function startPayment(t: TestContext, { captured = true } = {}) {
  const started = await startConsole(t)
  const { store, newGuid, clock, gatewaysByName } = started
  const guid = newGuid()
  const rows = prepareCaptureRows(store)
  const asked: (readonly [string, number])[] = []
  let answer: () => FollowUpAnswer = () => ({ status: 'done' })
  const follow = (kind: string) => async (order: FollowUp) => {
    asked.push([kind, order.amount.amountMinor])
    return answer()
  }
  gatewaysByName.set('main', {
    ...testGateway(),
    ...{ capture: follow('capture'), refund: follow('refund'), void: follow('void') },
  })
  const now = clock.now()
  await store.write(async (tx) => {
    await rows.insertSession.run(tx, {
      ...{ guid, tenant_id: 7, sealed_launch: Buffer.alloc(1), progress: '{}', refresh_tokens: '' },
      ...{ created_at: now, expires_at: now, launch_digest: null, awaits_opening: 0 },
    })
    await rows.insertAttempt.run(tx, {
      ...{ idempotency_key: `${guid}-1`, capture_guid: guid, gateway: 'main', requested_at: now },
      ...{ amount_minor: 1240, currency: 'GBP', purpose: 'charge', late_approval: 'record' },
      cancel_afterwards: 'refuse',
    })
    await rows.answerAttempt.run(tx, {
      ...{ idempotency_key: `${guid}-1`, answered_at: now },
      answer: JSON.stringify({ ...approval, captured }),
    })
  })
  return {
    ...started,
    guid,
    asked,
    answerWith(next: () => FollowUpAnswer) {
      answer = next
    },
  }
}

test('money is given back when the operator says yes, and shown', async (t) => {
  const { run, runJson, guid, asked } = await startPayment(t)
  const doubted = await run('payment', 'refund', guid, '--amount', '2.40')
  assert.equal(doubted.code, 1)
  assert.match(doubted.complaint, /2\.40 GBP of .* would be given back, and that cannot be undone/)
  const done = await run('payment', 'refund', guid, '--amount', '2.40', '--yes')
  assert.equal(done.answer, `2.40 GBP of ${guid} was given back.\n`)
  assert.deepEqual(asked, [['refund', 240]])
  const shown = await runJson('payment', 'show', guid)
  assert.deepEqual(
    [shown.gateway, shown.amount, shown.money],
    ['main', '12.40 GBP', 'taken when it was approved'],
  )
  assert.match(shown.since[0], /refund 2\.40 GBP \(operator\): done$/)
  const tooMuch = await run('payment', 'refund', guid, '--amount', '10.01', '--yes')
  assert.match(tooMuch.complaint, /between 1 and 1000 minor units/)
})

test('money that is held is taken, all of it unless less is said', async (t) => {
  const { run, guid, asked } = await startPayment(t, { captured: false })
  const done = await run('payment', 'capture', guid, '--yes')
  assert.equal(done.answer, `what there is of ${guid} was taken.\n`)
  assert.deepEqual(asked, [['capture', 1240]])
  assert.match((await run('payment', 'capture', guid, '--yes')).complaint, /has been taken already/)
})

test('what the gateway refuses, or does not answer, is told', async (t) => {
  const { run, guid, answerWith } = await startPayment(t)
  answerWith(() => ({ status: 'refused', gatewayCode: '57' }))
  assert.match(
    (await run('payment', 'refund', guid, '--yes')).complaint,
    /does not give the money back: its code is 57/,
  )
  answerWith(() => {
    throw new Error('no connection')
  })
  const unanswered = await run('payment', 'refund', guid, '--yes')
  assert.equal(unanswered.code, 1)
  assert.match(unanswered.complaint, /has not answered\. Give the same command again/)
})

test('what is no payment is told apart', async (t) => {
  const { run, newGuid } = await startPayment(t)
  assert.match((await run('payment', 'show', newGuid())).complaint, /no approved payment/)
  assert.match((await run('payment', 'show', 'x')).complaint, /'x' is no GUID/)
  assert.equal((await run('payment', 'refund', 'x', '--yes')).code, 2)
})
