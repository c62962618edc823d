import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { FollowUp, FollowUpAnswer } from '../vault/model/gateway.ts'
import { prepareVaultRows } from '../vault/model/vault-rows.ts'
import { approval, testGateway } from '../vault/test-vault.ts'
import { startCli } from './test-cli.ts'

/** An operator, and a payment of 12.40 that was approved. */
async function startPayment(t: TestContext, { captured = true, currency = 'GBP' } = {}) {
  const started = await startCli(t)
  const { store, newGuid, clock, gatewaysByName } = started
  const guid = newGuid()
  const rows = prepareVaultRows(store)
  const asked: (readonly [string, number])[] = []
  let answer: () => FollowUpAnswer = () => ({ status: 'done' })
  const follow = (kind: string) => async (order: FollowUp) => {
    asked.push([kind, order.amount.amountMinor])
    return answer()
  }
  gatewaysByName.set('main', {
    ...testGateway(),
    capture: follow('capture'),
    refund: follow('refund'),
    void: follow('void'),
  })
  const now = clock.now()
  await store.write(async (tx) => {
    await rows.insertSession.run(tx, {
      guid,
      tenant_id: 7,
      sealed_launch: Buffer.alloc(1),
      progress: '{}',
      refresh_tokens: '',
      created_at: now,
      expires_at: now,
      launch_digest: null,
      awaits_opening: 0,
      session_guid: null,
      owner: store.nodeId,
    })
    await rows.insertAttempt.run(tx, {
      idempotency_key: `${guid}-1`,
      capture_guid: guid,
      gateway: 'main',
      requested_at: now,
      amount_minor: 1240,
      currency,
      purpose: 'charge',
      late_approval: 'record',
      cancel_afterwards: 'refuse',
      held_by: 'a-vault',
      epoch: 0,
    })
    await rows.answerAttempt.run(tx, {
      idempotency_key: `${guid}-1`,
      answered_at: now,
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

test('a payment is refunded when the operator says yes, and shown', async (t) => {
  const { run, runJson, guid, asked } = await startPayment(t)
  const doubted = await run('payment', 'refund', guid, '--amount', '2.40')
  assert.equal(doubted.code, 1)
  assert.match(doubted.complaint, /2\.40 GBP of .* would be refunded\. This cannot be undone/)
  const done = await run('payment', 'refund', guid, '--amount', '2.40', '--yes')
  assert.equal(done.answer, `2.40 GBP of ${guid} was refunded. 10.00 GBP is left to refund.\n`)
  assert.deepEqual(asked, [['refund', 240]])
  const shown = await runJson('payment', 'show', guid)
  assert.deepEqual(
    [shown.gateway, shown.amount, shown.money],
    ['main', '12.40 GBP', 'captured when it was approved'],
  )
  assert.deepEqual([shown.taken, shown.givenBack, shown.left], ['12.40 GBP', '2.40 GBP', '10.00 GBP'])
  assert.match(shown.since[0], /refund 2\.40 GBP \(operator\): done$/)
  const tooMuch = await run('payment', 'refund', guid, '--amount', '10.01', '--yes')
  assert.match(
    tooMuch.complaint,
    /between 0\.01 and 10\.00 GBP: 12\.40 GBP was captured, 2\.40 GBP was refunded/,
  )
  const tooMuchToOffer = await run('payment', 'refund', guid, '--amount', '10.01')
  assert.match(
    tooMuchToOffer.complaint,
    /between 0\.01 and 10\.00 GBP/,
    'what could not be done is not offered',
  )
  const rest = await run('payment', 'refund', guid)
  assert.match(rest.complaint, /^10\.00 GBP of .* would be refunded/)
})

test('what is held is captured, all of it unless less is said', async (t) => {
  const { run, guid, asked } = await startPayment(t, { captured: false })
  const done = await run('payment', 'capture', guid, '--yes')
  assert.equal(done.answer, `12.40 GBP of ${guid} was captured. That is the full amount.\n`)
  assert.deepEqual(asked, [['capture', 1240]])
  assert.match((await run('payment', 'capture', guid, '--yes')).complaint, /has already been captured/)
})

test('what the gateway refuses, or does not answer, is told', async (t) => {
  const { run, guid, answerWith } = await startPayment(t)
  answerWith(() => ({ status: 'refused', gatewayCode: '57' }))
  assert.match((await run('payment', 'refund', guid, '--yes')).complaint, /refused the refund with code 57/)
  answerWith(() => {
    throw new Error('no connection')
  })
  const unanswered = await run('payment', 'refund', guid, '--yes')
  assert.equal(unanswered.code, 1)
  assert.match(unanswered.complaint, /has not answered\. Run the same command again/)
})

test('another sum than that under way is never told as done: the one under way is asked for again first', async (t) => {
  const { run, runJson, guid, asked, answerWith } = await startPayment(t)
  const refund = (amount: string, ...more: readonly string[]) =>
    run('payment', 'refund', guid, '--amount', amount, '--yes', ...more)
  answerWith(() => {
    throw new Error('no connection')
  })
  assert.match((await refund('3.00')).complaint, /it is not known whether 3\.00 GBP was refunded/)
  assert.match(
    (await run('payment', 'refund', guid, '--amount', '5.00')).complaint,
    /^A refund of 3\.00 GBP is under way and would be requested again; .* 5\.00 GBP of .* would be refunded/,
  )
  const waiting = await refund('5.00')
  assert.equal(waiting.code, 1)
  assert.equal(
    waiting.complaint,
    'A refund of 3.00 GBP is under way: its gateway has not answered. 5.00 GBP was not refunded. Run the ' +
      'command again later, with --amount 3.00 --retry to repeat only that refund, or with --another to start ' +
      'another one as well.\n',
  )
  assert.equal((await runJson('payment', 'show', guid)).underWay, '3.00 GBP')
  answerWith(() => ({ status: 'done' }))
  assert.equal(
    (await refund('5.00')).answer,
    `A refund of 3.00 GBP that was under way is now complete. 5.00 GBP of ${guid} was refunded. ` +
      '4.40 GBP is left to refund.\n',
  )
  assert.deepEqual(asked, [
    ['refund', 300],
    ['refund', 300],
    ['refund', 300],
    ['refund', 500],
  ])
})

test('a retry is told as one, and a further refund of the same sum as a further one', async (t) => {
  const { run, guid, answerWith } = await startPayment(t)
  const refund = (...more: readonly string[]) =>
    run('payment', 'refund', guid, '--amount', '3.00', '--yes', ...more)
  assert.match((await refund('--retry')).complaint, /No refund of this payment is under way/)
  answerWith(() => {
    throw new Error('no connection')
  })
  await refund()
  answerWith(() => ({ status: 'done' }))
  assert.equal(
    (await refund('--retry')).answer,
    `The refund of 3.00 GBP that was under way is complete: 3.00 GBP of ${guid} was refunded, once. ` +
      '9.40 GBP is left to refund.\n',
  )
  assert.equal((await refund()).answer, `3.00 GBP of ${guid} was refunded. 6.40 GBP is left to refund.\n`)
  const both = await refund('--retry', '--another')
  assert.deepEqual(
    [both.code, both.complaint.split('\n')[0]],
    [2, '--retry and --another contradict each other: --retry starts nothing new.'],
  )
})

test('a sum is typed and told in the units of its currency', async (t) => {
  for (const [currency, typed, told, wrong] of [
    ['JPY', '300', '300 JPY', '3.01'],
    ['KWD', '0.3', '0.300 KWD', '0.3001'],
    ['HUF', '3', '3.00 HUF', '3.001'],
  ] as const) {
    const { run, guid } = await startPayment(t, { currency })
    const refund = (amount: string) => run('payment', 'refund', guid, `--amount=${amount}`, '--yes')
    for (const bad of [wrong, '0', '-1', '3 USD', 'x']) {
      const refused = await refund(bad)
      assert.deepEqual([refused.code, refused.answer], [2, ''], `${bad} ${currency}`)
      assert.match(refused.complaint, /^--amount /)
    }
    const most = { JPY: '1240 JPY', KWD: '1.240 KWD', HUF: '12.40 HUF' }[currency]
    assert.ok((await refund('99999')).complaint.includes(`and ${most}: ${most} was captured`))
    assert.ok((await refund(typed)).answer.startsWith(`${told} of ${guid} was refunded.`))
  }
})

test('a part is captured, and the rest released', async (t) => {
  const { run, guid } = await startPayment(t, { captured: false })
  const done = await run('payment', 'capture', guid, '--amount', '10', '--yes')
  assert.equal(done.answer, `10.00 GBP of ${guid} was captured. 2.40 GBP is released.\n`)
})

test('what is no payment is told apart', async (t) => {
  const { run, newGuid } = await startPayment(t)
  assert.match((await run('payment', 'show', newGuid())).complaint, /no approved payment/)
  assert.match((await run('payment', 'show', 'x')).complaint, /'x' is not a session GUID/)
  assert.equal((await run('payment', 'refund', 'x', '--yes')).code, 2)
})

for (const [login, said, name] of [
  ['root', 'the user ‘root’', undefined],
  [undefined, 'an unknown user', undefined],
  ['root', '', 'Ada Byron'],
  ['ada', '', undefined],
] as const) {
  test(`a refund by ${login ?? 'nobody that is known'}${name ? ` as ${name}` : ''} ${said ? 'is refused until a name is said' : 'names who ordered it'}`, async (t) => {
    const { run, runJson, guid, asked, sources } = await startPayment(t)
    Object.assign(sources, { login, named: undefined })
    const as = name === undefined ? [] : ['--as', name]
    const { code, complaint } = await run('payment', 'refund', guid, '--amount', '2.40', '--yes', ...as)
    if (said !== '') {
      assert.equal(code, 1)
      assert.ok(
        complaint.includes(said) && complaint.includes('--as "Your Name", or set TONEGATE_OPERATOR'),
        complaint,
      )
      assert.deepEqual(asked, [])
      return
    }
    const [outcome, refund] = await runJson('audit', 'list', '--target', guid)
    assert.deepEqual(refund.actor, { kind: 'operator', id: login, ...(name !== undefined && { name }) })
    assert.deepEqual(
      [refund.action, refund.details.amountMinor, refund.details.currency, refund.details.gateway],
      ['payment.refund', 240, 'GBP', 'main'],
    )
    assert.deepEqual(
      [outcome.action, outcome.outcome, outcome.details.order],
      ['payment.outcome', 'done', refund.details.order],
    )
  })
}
