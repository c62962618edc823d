import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../../base/clock.ts'
import { type Random, systemRandom } from '../../base/random.ts'
import type { DeclineReason } from '../capture-result.ts'
import { Digits } from '../fields/digits.ts'
import type { GatewayAnswer, GatewayChallenge } from '../gateway.ts'
import type { Purpose } from '../launch.ts'
import { press, startVault } from '../test-vault.ts'
import { createSandboxGateway, sandboxCards } from './sandbox-gateway.ts'

function digits(text: string): Digits {
  const typed = new Digits(19)
  for (const digit of text) typed.push(Number(digit))
  return typed
}

function startGateway({
  random = systemRandom,
  purpose = 'charge',
}: {
  readonly random?: Random
  readonly purpose?: Purpose
} = {}) {
  const clock = createMovableClock()
  const gateway = createSandboxGateway({ clock, random, issuerUrl })
  const answers: (GatewayAnswer | GatewayChallenge)[] = []
  const errors: unknown[] = []
  const controller = new AbortController()
  const { signal } = controller
  const order = { amountMinor: 100, currency: 'GBP' }
  return {
    ...gateway,
    reconcile: (idempotencyKey: string) =>
      gateway.reconcile({ idempotencyKey, purpose, order, requestedAt: 0, signal }),
    followUp: (kind: 'capture' | 'void' | 'refund', amountMinor: number, key: string = kind) =>
      gateway[kind]({
        idempotencyKey: key,
        gatewayReference: 'sandbox-1',
        paymentKey: 'key-1',
        amount: { ...order, amountMinor },
        authorised: { amount: order, captured: false },
        signal,
      }),
    clock,
    answers,
    errors,
    abort: () => controller.abort(),
    ask(pan: string, idempotencyKey = 'key-1') {
      const request = {
        idempotencyKey,
        purpose,
        card: { brand: 'visa', pan: digits(pan), expiry: digits('1230'), securityCode: digits('123') },
        order,
        initialValues: {},
        channel: 'moto' as const,
        timeoutSeconds: 10,
        signal,
      }
      gateway.authorise(request).then(
        (answer) => answers.push(answer),
        (error) => errors.push(error),
      )
      request.card.pan.wipe()
    },
  }
}

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
  test(`${pan} is answered with ${declineReason ?? outcome}`, async () => {
    const { ask, answers, clock } = startGateway()
    ask(pan)
    await clock.advance(200)
    assert.equal(answers[0]?.status, outcome)
    if (answers[0]?.status === 'declined') assert.equal(answers[0].reason, declineReason)
  })
}

test('every other card is approved', async () => {
  const { ask, answers, clock } = startGateway()
  ask('4242424242424242')
  await clock.advance(200)
  assert.equal(answers[0]?.status, 'approved')
})

test('asked twice with one key it charges once and answers the same, even before the first answer', async () => {
  const { ask, answers, clock, reconcile } = startGateway()
  ask('4111111111111111')
  ask('4111111111111111')
  assert.equal(await reconcile('key-1'), undefined)
  await clock.advance(200)
  ask('4000000000000002')
  ask('4111111111111111', 'key-2')
  await clock.advance(200)
  const [first, second, third, other] = answers
  assert.equal(first, second)
  assert.equal(first, third)
  assert.notDeepEqual(first, other)
  assert.equal(await reconcile('key-1'), first)
  assert.deepEqual(await reconcile('key-3'), { status: 'not-found' })
})

test('a late answer comes five seconds after the time-out', async () => {
  const { ask, answers, clock, reconcile } = startGateway()
  ask('4000000000006017')
  await clock.advance(14_999)
  assert.deepEqual([answers.length, await reconcile('key-1')], [0, undefined])
  await clock.advance(1)
  assert.equal(answers[0]?.status, 'approved')
})

test('no answer never comes and is never known; a lost one is found by reconciling', async () => {
  const { ask, answers, clock, reconcile, abort, errors } = startGateway()
  ask('4000000000006009', 'none')
  ask('4000000000006025', 'lost')
  await clock.advance(24 * 3_600_000)
  assert.equal(answers.length, 0)
  assert.equal(await reconcile('none'), undefined)
  assert.equal((await reconcile('lost'))?.status, 'approved')
  abort()
  await clock.advance(0)
  assert.equal(errors.length, 2)
})

test('what is held is captured or let go, once; what was taken is given back, and never more', async () => {
  const { ask, clock, followUp } = startGateway({ purpose: 'authorise' })
  ask('4111111111111111')
  await clock.advance(200)
  const refused = { status: 'refused', gatewayCode: '57' }
  assert.deepEqual(await followUp('refund', 1), refused)
  assert.deepEqual(await followUp('capture', 101, 'too-much'), refused)
  assert.deepEqual(await followUp('capture', 80), { status: 'done' })
  assert.deepEqual(await followUp('capture', 80), { status: 'done' })
  assert.deepEqual(await followUp('capture', 20, 'again'), refused)
  assert.deepEqual(await followUp('void', 100), refused)
  assert.deepEqual(await followUp('refund', 50, 'refund-1'), { status: 'done' })
  assert.deepEqual(await followUp('refund', 50, 'refund-2'), refused)
  assert.deepEqual(await followUp('refund', 30, 'refund-3'), { status: 'done' })
})

test('a token stands for a card that nothing is charged to', async () => {
  const { ask, answers, clock } = startGateway({ purpose: 'tokenise' })
  ask('4111111111111111')
  await clock.advance(200)
  const [answer] = answers
  assert.ok(answer?.status === 'approved' && answer.token && !answer.captured)
})

test('a card that is only verified is charged nothing, and has no token', async () => {
  const { ask, answers, clock } = startGateway({ purpose: 'verify' })
  ask('4111111111111111')
  await clock.advance(200)
  const [answer] = answers
  assert.ok(answer?.status === 'approved' && answer.token === undefined && !answer.captured)
})

test('references and codes follow from the random bytes alone', async () => {
  const answersOf = async (fill: number) => {
    const { ask, answers, clock } = startGateway({ random: (bytes) => Buffer.alloc(bytes, fill) })
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
  const clock = createMovableClock()
  const sandbox = createSandboxGateway({ clock, random: systemRandom, issuerUrl })
  const vault = await startVault(t, { gateways: { sandbox } })
  for (const outcome of outcomes) {
    const card = sandboxCards.find((each) => each.outcome === outcome)
    const capture = await vault.open({ gateway: 'sandbox', gatewayTimeoutSeconds: 10 })
    press(capture, `${card?.pan}#1230#123#1`)
    for (let second = 0; second < 60; second += 1) {
      await Promise.all([clock.advance(1_000), vault.clock.advance(1_000)])
    }
    const results = vault.results.filter(({ guid }) => guid === capture.guid)
    assert.deepEqual(
      results.map((result) => `${result.end}:${result.outcome}`),
      expected[outcome],
    )
  }
})
