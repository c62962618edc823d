import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { DeclineReason } from '@tonegate/protocol/outcome'
import { createMovableClock } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import { type Random, systemRandom } from '../../base/random.ts'
import type { Store } from '../../store/store.ts'
import { Digits } from '../model/digits.ts'
import type {
  AuthorisationRequest,
  FollowUp,
  Gateway,
  GatewayAnswer,
  GatewayChallenge,
} from '../model/gateway.ts'
import type { Purpose } from '../model/launch.ts'
import { prepareVaultRows } from '../model/vault-rows.ts'
import { press, settle, startVault } from '../test-vault.ts'
import { createSandboxGateway, type SandboxGateway, sandboxCards } from './sandbox-gateway.ts'

function digits(text: string): Digits {
  const typed = new Digits(19)
  for (const digit of text) typed.push(Number(digit))
  return typed
}

const order = { amountMinor: 100, currency: 'GBP' }
const controller = () => new AbortController()

/** The sandbox's gateway on a database of its own, in which the attempts are that it is asked for. */
async function startGateway(
  t: TestContext,
  {
    random = systemRandom,
    purpose = 'charge',
  }: { readonly random?: Random; readonly purpose?: Purpose } = {},
) {
  const clock = createMovableClock()
  const vault = await startVault(t)
  const answers: (GatewayAnswer | GatewayChallenge)[] = []
  const errors: unknown[] = []
  const abandon = controller()
  const { signal } = abandon
  const create = () => createSandboxGateway({ store: vault.store, clock, random, issuerUrl })
  const server = create()
  const { guid } = await vault.launch()
  await insertAttempts(vault.store, { guid, purpose, requestedAt: clock.now() })
  const referenceOf = () => {
    const answer = answers.find((each) => 'gatewayReference' in each)
    return (answer && 'gatewayReference' in answer && answer.gatewayReference) || 'none'
  }
  return {
    ...server,
    /** The same as another process has it. */
    create,
    guid,
    vault,
    clock,
    answers,
    errors,
    abort: () => abandon.abort(),
    reconcile: (idempotencyKey: string, gateway = create()) =>
      gateway.reconcile({ idempotencyKey, purpose, order, requestedAt: 0, signal }),
    followUp: (
      kind: 'capture' | 'void' | 'refund',
      amountMinor: number,
      {
        key = kind as string,
        gateway = create(),
        ...more
      }: Partial<FollowUp> & {
        readonly key?: string
        readonly gateway?: SandboxGateway
      } = {},
    ) =>
      gateway[kind]({
        idempotencyKey: key,
        gatewayReference: referenceOf(),
        paymentKey: 'key-1',
        amount: { ...order, amountMinor },
        authorised: { amount: order, captured: false },
        signal,
        ...more,
      }),
    ask(pan: string, idempotencyKey = 'key-1', changes: Partial<AuthorisationRequest> = {}) {
      const request = requestOf(pan, { idempotencyKey, purpose, signal, ...changes })
      server.authorise(request).then(
        (answer) => answers.push(answer),
        (error) => errors.push(error),
      )
      request.card.pan.wipe()
    },
  }
}

async function insertAttempts(
  store: Store,
  {
    guid,
    purpose,
    requestedAt,
  }: { readonly guid: Guid; readonly purpose: Purpose; readonly requestedAt: number },
): Promise<void> {
  const rows = prepareVaultRows(store)
  for (const key of ['key-1', 'key-2', 'key-3']) {
    await store.write((tx) =>
      rows.insertAttempt.run(tx, {
        idempotency_key: key,
        capture_guid: guid,
        gateway: 'sandbox',
        requested_at: requestedAt,
        purpose,
        amount_minor: 100,
        currency: 'GBP',
        late_approval: 'record',
        cancel_afterwards: 'refuse',
        held_by: 'a vault',
        epoch: 0,
      }),
    )
  }
}

const requestOf = (
  pan: string,
  asked: Partial<AuthorisationRequest> & Pick<AuthorisationRequest, 'idempotencyKey' | 'purpose' | 'signal'>,
): AuthorisationRequest => ({
  card: { brand: 'visa', pan: digits(pan), expiry: digits('1230'), securityCode: digits('123') },
  order,
  initialValues: {},
  channel: 'moto',
  timeoutSeconds: 10,
  ...asked,
})

const issuerUrl = 'https://nam.pay.test/sandbox/issuer'

const outcomes = new Set(sandboxCards.map(({ outcome }) => outcome))

test('there is a test card for every outcome and every reason to decline, and none twice', () => {
  const reasons: Record<Exclude<DeclineReason, 'authentication-failed'>, true> = {
    'do-not-honour': true,
    'insufficient-funds': true,
    'expired-card': true,
    'invalid-card-number': true,
    'invalid-security-code': true,
    'lost-or-stolen': true,
    'limit-exceeded': true,
    'card-not-supported': true,
    'suspected-fraud': true,
  }
  const listed = sandboxCards.flatMap(({ declineReason }) => declineReason ?? [])
  assert.deepEqual(listed.sort(), Object.keys(reasons).sort())
  assert.equal(outcomes.size, 9)
  assert.equal(new Set(sandboxCards.map(({ pan }) => pan)).size, sandboxCards.length)
})

for (const { pan, outcome, declineReason } of sandboxCards) {
  if (!['approved', 'declined', 'review', 'error'].includes(outcome)) continue
  test(`${pan} is answered with ${declineReason ?? outcome}`, async (t) => {
    const { ask, answers, clock } = await startGateway(t)
    ask(pan)
    await clock.advance(200)
    assert.equal(answers[0]?.status, outcome)
    if (answers[0]?.status === 'declined') assert.equal(answers[0].reason, declineReason)
  })
}

test('every other card is approved', async (t) => {
  const { ask, answers, clock } = await startGateway(t)
  ask('4242424242424242')
  await clock.advance(200)
  assert.equal(answers[0]?.status, 'approved')
})

test('asked twice with one key it charges once and answers the same, even before the first answer', async (t) => {
  const { ask, answers, clock, reconcile } = await startGateway(t)
  ask('4111111111111111')
  ask('4111111111111111')
  await clock.advance(0)
  assert.equal(await reconcile('key-1'), undefined)
  await clock.advance(200)
  ask('4000000000000002')
  ask('4111111111111111', 'key-2')
  await clock.advance(200)
  const [first, second, third, other] = answers
  assert.equal(first?.status, 'approved')
  assert.deepEqual(first, second)
  assert.deepEqual(first, third)
  assert.notDeepEqual(first, other)
  assert.deepEqual(await reconcile('key-1'), first)
  assert.deepEqual(await reconcile('key-3'), { status: 'not-found' })
})

test('a late answer comes five seconds after the time-out', async (t) => {
  const { ask, answers, clock, reconcile } = await startGateway(t)
  ask('4000000000006017')
  await clock.advance(14_999)
  assert.deepEqual([answers.length, await reconcile('key-1')], [0, undefined])
  await clock.advance(1)
  assert.equal(answers[0]?.status, 'approved')
})

test('no answer never comes and is never known; a lost one is found by reconciling', async (t) => {
  const { ask, answers, clock, reconcile, abort, errors } = await startGateway(t)
  ask('4000000000006009', 'key-1')
  ask('4000000000006025', 'key-2')
  await clock.advance(24 * 3_600_000)
  assert.equal(answers.length, 0)
  assert.equal(await reconcile('key-1'), undefined)
  assert.equal((await reconcile('key-2'))?.status, 'approved')
  abort()
  await clock.advance(0)
  assert.equal(errors.length, 2)
})

const done = { status: 'done' } as const
const refused = { status: 'refused', gatewayCode: '57' } as const

test('what is held is captured or voided, once; what was taken is refunded, and never more', async (t) => {
  const { ask, clock, followUp } = await startGateway(t, { purpose: 'authorise' })
  ask('4111111111111111')
  await clock.advance(200)
  assert.deepEqual(await followUp('refund', 1, { key: 'early' }), refused)
  assert.deepEqual(await followUp('capture', 101, { key: 'too-much' }), refused)
  assert.deepEqual(await followUp('capture', 80), done)
  assert.deepEqual(await followUp('capture', 80), done)
  assert.deepEqual(await followUp('capture', 20, { key: 'again' }), refused)
  assert.deepEqual(await followUp('void', 100), refused)
  assert.deepEqual(await followUp('refund', 50, { key: 'refund-1' }), done)
  assert.deepEqual(await followUp('refund', 50, { key: 'refund-2' }), refused)
  assert.deepEqual(await followUp('refund', 30, { key: 'refund-3' }), done)
})

test('what was voided is neither captured nor refunded', async (t) => {
  const { ask, clock, followUp } = await startGateway(t, { purpose: 'authorise' })
  ask('4111111111111111')
  await clock.advance(200)
  assert.deepEqual(await followUp('void', 100), done)
  assert.deepEqual(await followUp('void', 100), done)
  assert.deepEqual(await followUp('capture', 100), refused)
  assert.deepEqual(await followUp('refund', 100), refused)
})

test('a key is of one payment, one operation and one sum, and a payment of its own reference and currency', async (t) => {
  const { ask, clock, followUp } = await startGateway(t)
  ask('4111111111111111')
  ask('4111111111111111', 'key-2')
  await clock.advance(200)
  assert.deepEqual(await followUp('refund', 30), done)
  const another = { status: 'refused', gatewayCode: '94' }
  assert.deepEqual(await followUp('refund', 40), another)
  assert.deepEqual(await followUp('void', 30, { key: 'refund' }), another)
  const unknown = { status: 'refused', gatewayCode: '25' }
  assert.deepEqual(await followUp('refund', 30, { key: 'a', paymentKey: 'key-2' }), unknown)
  assert.deepEqual(await followUp('refund', 30, { key: 'b', gatewayReference: 'sandbox-x' }), unknown)
  const yen = { amountMinor: 30, currency: 'JPY' }
  assert.deepEqual(await followUp('refund', 30, { key: 'c', amount: yen }), refused)
  assert.deepEqual(await followUp('refund', 70, { key: 'd' }), done)
})

test('the ledger is one for all processes: orders at once never refund more than was taken', async (t) => {
  const { ask, clock, followUp, reconcile, vault, guid } = await startGateway(t)
  ask('4111111111111111')
  await clock.advance(200)
  const answers = await Promise.all(
    [60, 60, 40, 40].map((sum, index) => followUp('refund', sum, { key: `refund-${index}` })),
  )
  assert.deepEqual(
    answers.map(({ status }) => status),
    ['done', 'refused', 'done', 'refused'],
  )
  assert.equal((await reconcile('key-1'))?.status, 'approved')
  const held = async (table: 'sandbox_payment' | 'sandbox_follow_up') =>
    (
      await vault.store
        .prepare((db, _: object) => db.selectFrom(table).selectAll())
        .all(vault.store.reader, {})
    ).length
  assert.deepEqual([await held('sandbox_payment'), await held('sandbox_follow_up')], [1, 4])
  const remove = vault.store.prepare((db, p: { guid: Guid }) =>
    db.deleteFrom('capture_session').where('guid', '=', p.guid),
  )
  await vault.store.write((tx) => remove.run(tx, { guid }))
  assert.deepEqual([await held('sandbox_payment'), await held('sandbox_follow_up')], [0, 0])
})

const bank = {
  channel: 'ecommerce',
  challengeReturnUrl: 'https://nam.pay.test/pay/1/x/challenge',
} as const
const challengedPan = '4000000000003220'

function referenceIn(answer: GatewayAnswer | GatewayChallenge | undefined): string {
  assert.equal(answer?.status, 'challenge')
  return answer.challenge.fields.reference ?? ''
}

test('the bank’s yes for one payment approves no other, and approves its own once', async (t) => {
  const gateway = await startGateway(t)
  const { ask, answers, clock, issuerQuestion, reconcile } = gateway
  const { signal } = controller()
  ask(challengedPan, 'key-1', bank)
  ask(challengedPan, 'key-2', { ...bank, order: { ...order, amountMinor: 99_900 } })
  ask(challengedPan, 'key-3', bank)
  await clock.advance(200)
  const [a, b] = answers.map(referenceIn)
  assert.ok(a && b && a !== b)
  const question = issuerQuestion(a)
  assert.ok(question)
  question.decision = 'confirmed'
  const complete = (idempotencyKey: string, answer: Record<string, string>) =>
    gateway.completeChallenge?.({ idempotencyKey, answer, signal })
  const declined = await complete('key-2', { reference: a })
  assert.ok(declined?.status === 'declined' && declined.reason === 'authentication-failed')
  assert.deepEqual(await complete('key-2', { reference: b }), declined, 'a verdict is given once')
  assert.equal((await complete('key-1', { reference: a }))?.status, 'approved')
  assert.equal((await complete('key-3', { reference: a }))?.status, 'declined', 'nor is it used again')
  assert.equal((await reconcile('key-2'))?.status, 'declined')
})

test('a yes that nobody gave, and one that is not told, approve nothing', async (t) => {
  const gateway = await startGateway(t)
  const { ask, answers, clock, issuerQuestion } = gateway
  const { signal } = controller()
  for (const key of ['key-1', 'key-2', 'key-3']) ask(challengedPan, key, bank)
  await clock.advance(200)
  const references = answers.map(referenceIn)
  const complete = (idempotencyKey: string, answer: Record<string, string> | 'abandoned') =>
    gateway.completeChallenge?.({ idempotencyKey, answer, signal })
  assert.equal((await complete('key-1', { reference: references[0] ?? '' }))?.status, 'declined')
  for (const [key, answer] of [
    ['key-2', {}],
    ['key-3', 'abandoned'],
  ] as const) {
    const question = issuerQuestion(references[Number(key.at(-1)) - 1] ?? '')
    assert.ok(question)
    question.decision = 'confirmed'
    assert.equal((await complete(key, answer))?.status, 'declined')
  }
})

test('a payment whose customer was at the bank when the process ended is waited for, and not approved', async (t) => {
  const { ask, answers, clock, create, reconcile } = await startGateway(t)
  ask(challengedPan, 'key-1', bank)
  await clock.advance(200)
  const reference = referenceIn(answers[0])
  const next = create()
  assert.equal(next.issuerQuestion(reference), undefined)
  assert.equal(await reconcile('key-1', next), undefined)
  await clock.leap(3_600_000)
  assert.equal((await reconcile('key-1', next))?.status, 'declined')
})

test('a token stands for a card that nothing is charged to', async (t) => {
  const { ask, answers, clock, followUp } = await startGateway(t, { purpose: 'tokenise' })
  ask('4111111111111111')
  await clock.advance(200)
  const [answer] = answers
  assert.ok(answer?.status === 'approved' && answer.token && !answer.captured)
  assert.deepEqual(await followUp('capture', 1), refused)
})

test('references and codes follow from the random bytes alone', async (t) => {
  const answersOf = async (fill: number) => {
    const { ask, answers, clock } = await startGateway(t, { random: (bytes) => Buffer.alloc(bytes, fill) })
    ask('4111111111111111')
    await clock.advance(200)
    return answers
  }
  assert.deepEqual(await answersOf(1), await answersOf(1))
  assert.notDeepEqual(await answersOf(1), await answersOf(2))
})

test('each outcome of the sandbox goes through the vault', async (t) => {
  const expected = {
    approved: ['success:approved'],
    declined: ['success:declined'],
    review: ['success:review'],
    error: ['payment-connector-error:failed'],
    'no-answer': ['payment-connector-error:unknown'],
    'late-answer': ['payment-connector-error:unknown', 'payment-connector-error:approved'],
    'lost-answer': ['payment-connector-error:unknown', 'payment-connector-error:approved'],
    challenge: ['success:approved'],
    'other-amount': ['payment-connector-error:unknown'],
  }
  const { vault, clock } = await startSandboxVault(t)
  for (const outcome of outcomes) {
    const card = sandboxCards.find((each) => each.outcome === outcome)
    const session = await vault.open({ gateway: 'sandbox', gatewayTimeoutSeconds: 10 })
    press(session, `${card?.pan}#1230#123#1`)
    for (let second = 0; second < 60; second += 1) {
      await Promise.all([clock.advance(1_000), vault.clock.advance(1_000)])
    }
    const results = vault.results.filter(({ guid }) => guid === session.guid)
    assert.deepEqual(
      results.map((result) => `${result.end}:${result.outcome}`),
      expected[outcome],
    )
  }
})

test('a payment that was authorised when the process ended is found by the next one', async (t) => {
  const { vault, clock } = await startSandboxVault(t)
  const session = await vault.open({ gateway: 'sandbox' })
  press(session, '4111111111111111#1230#123#1')
  await settle()
  await clock.leap(60_000)
  await vault.restart()
  await vault.clock.advance(60_000)
  assert.deepEqual(
    vault.results.map(({ outcome }) => outcome),
    ['approved'],
  )
})

/** A vault whose gateway is the sandbox's, on the vault's database, with a clock of its own. */
async function startSandboxVault(t: TestContext) {
  const clock = createMovableClock()
  const later: { store?: () => Store } = {}
  const made = new Map<Store, SandboxGateway>()
  function sandbox(): SandboxGateway {
    assert.ok(later.store)
    const store = later.store()
    const gateway = made.get(store) ?? createSandboxGateway({ store, clock, random: systemRandom, issuerUrl })
    made.set(store, gateway)
    return gateway
  }
  const gateway: Gateway = {
    authorise: (request) => sandbox().authorise(request),
    reconcile: (asked) => sandbox().reconcile(asked),
    capture: (order) => sandbox().capture(order),
    void: (order) => sandbox().void(order),
    refund: (order) => sandbox().refund(order),
  }
  const vault = await startVault(t, { gateways: { sandbox: gateway } })
  later.store = () => vault.store
  return { vault, clock }
}

test('a check of the sandbox is in order', async (t) => {
  const { check } = await startGateway(t)
  const points = (await check?.(new AbortController().signal)) ?? []
  assert.ok(points.length > 0 && points.every(({ state }) => state === 'in-order'))
})
