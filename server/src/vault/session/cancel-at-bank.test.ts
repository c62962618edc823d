import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { FollowUpAnswer, Gateway, GatewayAnswer } from '../model/gateway.ts'
import type { Flow } from '../model/launch.ts'
import { approval, settle, startVault, testGateway, visa } from '../test-vault.ts'

const card = { pan: visa, expiry: '1230', securityCode: '123' }
const challenge = { url: 'https://bank.example/acs', fields: { creq: 'question' } }
const declined: GatewayAnswer = { status: 'declined', reason: 'authentication-failed' }
const done: FollowUpAnswer = { status: 'done' }
const refused: FollowUpAnswer = { status: 'refused', gatewayCode: '57' }

interface Answers {
  /** Of a payment that is given up. */
  readonly completes?: () => Promise<GatewayAnswer>
  readonly known?: () => Promise<GatewayAnswer | undefined>
  readonly voids?: FollowUpAnswer
  readonly refunds?: FollowUpAnswer
}

/** A payment whose customer is at the bank, and what its gateway was asked since. */
async function startAtBank(
  t: TestContext,
  {
    completes = async () => declined,
    known = async () => undefined,
    voids = done,
    refunds = done,
  }: Answers = {},
  changes: Partial<Flow> = {},
) {
  const asked: string[] = []
  const gateway: Gateway = {
    ...testGateway({ answers: async () => ({ status: 'challenge', challenge }), known }),
    completeChallenge({ answer }) {
      asked.push(answer === 'abandoned' ? answer : 'answered')
      return completes()
    },
    async void() {
      asked.push('void')
      return voids
    },
    async refund() {
      asked.push('refund')
      return refunds
    },
  }
  const started = await startVault(t, { gateway })
  const { guid, paymentFormUrl } = await started.launch({ gatewayTimeoutSeconds: 10, ...changes })
  const session = started.find(guid)
  const paying = session.submitCard(card)
  await settle()
  assert.ok(session.challenge(), 'the customer is at the bank')
  const secret = paymentFormUrl.split('/').at(-1) ?? ''
  return {
    ...started,
    restart: started.restart,
    guid,
    session,
    paying,
    asked,
    ending: () => started.vault.findEnding(guid, secret),
    ends: () =>
      started.results.map(({ end, outcome, correction }) =>
        [end, outcome, ...(correction ? [correction] : [])].join(' '),
      ),
  }
}

test('who cancels while the customer is at the bank has cancelled, and nothing else', async (t) => {
  const { session, paying, asked, results, ending, row, guid } = await startAtBank(t)
  await session.cancel()
  await paying
  assert.deepEqual(asked, ['abandoned'])
  assert.deepEqual(results, [{ guid, end: 'cancelled', outcome: 'cancelled' }])
  const { state, result, challenged } = session.view()
  assert.deepEqual([state, result, challenged], ['ended', { end: 'cancelled', outcome: 'cancelled' }, false])
  const { order: _, ...said } = (await ending()) ?? {}
  assert.deepEqual(said, {
    end: 'cancelled',
    outcome: 'cancelled',
    merchantName: 'Harbour Street Books',
    language: 'en',
  })
  assert.deepEqual([(await row(guid))?.state, (await row(guid))?.sealed_fields], ['ended', null])
})

test('cancelling again joins the first, whenever it comes', async (t) => {
  const given = Promise.withResolvers<GatewayAnswer>()
  const { session, asked, ends } = await startAtBank(t, { completes: () => given.promise })
  const first = session.cancel()
  await settle()
  const second = session.cancel()
  given.resolve(declined)
  await Promise.all([first, second, session.cancel()])
  assert.deepEqual(asked, ['abandoned'])
  assert.deepEqual(ends(), ['cancelled cancelled'])
})

test('a customer who came back before the cancel is charged, and the cancel is refused', async (t) => {
  const given = Promise.withResolvers<GatewayAnswer>()
  const { session, paying, asked, ends } = await startAtBank(t, { completes: () => given.promise })
  session.challengeAnswered({ cres: 'answer' })
  await assert.rejects(session.cancel(), { code: 'not-possible-now' })
  given.resolve(approval)
  await paying
  assert.deepEqual(asked, ['answered'])
  assert.deepEqual(ends(), ['success approved'])
})

test('a customer who comes back after the cancel is not charged', async (t) => {
  const { session, paying, asked, ends } = await startAtBank(t)
  const cancelled = session.cancel()
  session.challengeAnswered({ cres: 'answer' })
  await Promise.all([cancelled, paying])
  assert.deepEqual(asked, ['abandoned'])
  assert.deepEqual(ends(), ['cancelled cancelled'])
})

for (const [captured, orders] of [
  [false, ['abandoned', 'void']],
  [true, ['abandoned', 'void', 'refund']],
] as const) {
  test(`what was approved after all is reversed before the cancel is answered (captured: ${captured})`, async (t) => {
    const { session, asked, ends, results, clock } = await startAtBank(t, {
      completes: async () => ({ ...approval, captured }),
      voids: captured ? refused : done,
    })
    await session.cancel()
    assert.deepEqual(asked, orders)
    assert.deepEqual(ends(), ['cancelled cancelled voided'])
    assert.equal(results[0]?.charge?.gatewayReference, 'reference-1')
    assert.equal(session.view().result?.outcome, 'cancelled')
    await clock.advance(3_600_000)
    assert.deepEqual(asked, orders)
  })
}

test('what cannot be reversed is told, in a session that stays cancelled', async (t) => {
  const { session, asked, ends, ending } = await startAtBank(t, {
    completes: async () => approval,
    voids: refused,
    refunds: refused,
  })
  await session.cancel()
  assert.deepEqual(asked, ['abandoned', 'void', 'refund'])
  assert.deepEqual(ends(), ['cancelled approved reconciled'])
  assert.deepEqual([(await ending())?.end, (await ending())?.outcome], ['cancelled', 'approved'])
})

const silent = () => new Promise<never>(() => {})

/** A payment that was cancelled, of which its gateway has not said what became of it. */
async function startSilent(t: TestContext, answers: Answers, changes: Partial<Flow> = {}) {
  const started = await startAtBank(t, { completes: silent, ...answers }, changes)
  const cancelled = started.session.cancel()
  await started.clock.advance(5_000)
  await cancelled
  assert.deepEqual(started.ends(), ['cancelled unknown'])
  return started
}

for (const lateApproval of ['record', 'void'] as const) {
  test(`a gateway that is silent keeps nobody waiting, and what it has approved is reversed (${lateApproval})`, async (t) => {
    let known: GatewayAnswer | undefined
    const { asked, ends, clock } = await startSilent(t, { known: async () => known }, { lateApproval })
    known = { ...approval, captured: false, amount: { amountMinor: 999, currency: 'GBP' } }
    await clock.advance(60_000)
    assert.deepEqual(asked, ['abandoned', 'void'])
    assert.deepEqual(ends(), ['cancelled unknown', 'cancelled cancelled voided'])
  })
}

test('a gateway that says late that nothing was charged makes the outcome known', async (t) => {
  const { ends, clock, results } = await startSilent(t, { known: async () => declined })
  await clock.advance(60_000)
  assert.deepEqual(ends(), ['cancelled unknown', 'cancelled cancelled reconciled'])
  assert.equal(results[1]?.charge, undefined)
})

test('the answer that comes late to the question itself is heard', async (t) => {
  const given = Promise.withResolvers<GatewayAnswer>()
  const { ends, asked } = await startSilent(t, { completes: () => given.promise })
  given.resolve({ ...approval, captured: false })
  await settle()
  assert.deepEqual(asked, ['abandoned', 'void'])
  assert.deepEqual(ends().at(-1), 'cancelled cancelled voided')
})

test('the next process reverses what was approved in a session that was cancelled', async (t) => {
  let known: GatewayAnswer | undefined
  const { asked, ends, restart, clock } = await startSilent(
    t,
    { known: async () => known },
    { lateApproval: 'record' },
  )
  known = { ...approval, captured: false, amount: { amountMinor: 999, currency: 'GBP' } }
  await restart()
  await clock.advance(30_000)
  assert.deepEqual(asked, ['abandoned', 'void'])
  assert.deepEqual(ends().at(-1), 'cancelled cancelled voided')
})

test('a card that was to be tokenised is cancelled, and nothing is reversed', async (t) => {
  const { session, asked, ends } = await startAtBank(
    t,
    { completes: async () => ({ ...approval, captured: false, token: 'token-1' }) },
    { purpose: 'tokenise' },
  )
  await session.cancel()
  assert.deepEqual(asked, ['abandoned'])
  assert.deepEqual(ends(), ['cancelled cancelled'])
})

test('a customer who is at the bank when the process ends is waited for by the next one', async (t) => {
  const { guid, restart, find, asked, ends } = await startAtBank(t, { completes: async () => approval })
  await restart()
  const session = find(guid)
  assert.deepEqual([session.view().state, session.challenge()], ['processing', undefined])
  session.challengeAnswered({ cres: 'answer' })
  await settle()
  assert.deepEqual([asked, ends()], [['answered'], ['success approved']])
})

test('the answer of another payment is nobody’s at the next process either, and the fields are sealed in the row', async (t) => {
  const { guid, restart, find, asked, ends, store } = await startAtBank(t, {
    completes: async () => approval,
  })
  const attempts = store.prepare((db, _: object) =>
    db.selectFrom('charge_attempt').select('sealed_challenge'),
  )
  const [row] = await attempts.all(store.reader, {})
  assert.ok(row?.sealed_challenge && !Buffer.from(row.sealed_challenge).includes('question'))
  await restart()
  const session = find(guid)
  session.challengeAnswered({ creq: 'of another payment', cres: 'yes' })
  await settle()
  assert.deepEqual(asked, [])
  session.challengeAnswered({ creq: 'question', cres: 'yes' })
  await settle()
  assert.deepEqual([asked, ends()], [['answered'], ['success approved']])
})

test('a payment whose customer was at the bank when the process ended can be cancelled at the next one', async (t) => {
  const { guid, restart, find, asked, ends } = await startAtBank(t)
  await restart()
  await find(guid).cancel()
  assert.deepEqual([asked, ends()], [['abandoned'], ['cancelled cancelled']])
})

test('the next process waits no longer for the customer than the first would have', async (t) => {
  const { restart, clock, asked, ends } = await startAtBank(t, {}, { challengeSeconds: 300 })
  await clock.advance(200_000)
  await restart()
  await clock.advance(99_000)
  assert.deepEqual(asked, [])
  await clock.advance(1_000)
  assert.deepEqual([asked, ends()], [['abandoned'], ['success declined']])
})

test('a process that closes while the gateway is being told waits for its answer', async (t) => {
  const given = Promise.withResolvers<GatewayAnswer>()
  const { session, vault, ends } = await startAtBank(t, { completes: () => given.promise })
  const cancelled = session.cancel()
  await settle()
  const closed = vault.close()
  given.resolve(declined)
  await Promise.all([cancelled, closed])
  assert.deepEqual(ends(), ['cancelled cancelled'])
})
