import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Guid } from '../../base/guid.ts'
import { type ApprovedPayment, moneyOf, type OrderedFollowUp } from './approved-payment.ts'
import {
  type Decided,
  decideCapture,
  decideRefund,
  decideVoid,
  orderNamed,
  type Wanted,
} from './decide-follow-up.ts'

const done = { status: 'done' } as const
const refused = { status: 'refused', gatewayCode: '57' } as const
const underWay = undefined

let orders = 0
/** An order of an operator's, unless said otherwise. */
const order = (
  kind: OrderedFollowUp['kind'],
  amountMinor: number,
  answer: OrderedFollowUp['answer'],
  changes: Partial<OrderedFollowUp> = {},
): OrderedFollowUp => {
  orders += 1
  const idempotencyKey = `order-${orders}`
  const times = { requestedAt: 1, answeredAt: answer && 2 }
  const given = { reason: 'operator', name: undefined, requestedBy: undefined } as const
  return { idempotencyKey, kind, amountMinor, answer, ...times, ...given, ...changes }
}

/** A payment of 12.40 that was taken, or is held. */
const payment = (
  captured: boolean,
  ordered: readonly OrderedFollowUp[] = [],
  amountMinor = 1240,
): ApprovedPayment => ({
  guid: 'payment' as Guid,
  tenant: 7,
  gateway: 'test',
  paymentKey: 'key',
  cancelAfterwards: 'refuse',
  answer: { status: 'approved', gatewayReference: 'reference', authorisationCode: 'A', captured },
  authorised: { amountMinor, currency: 'GBP' },
  orders: ordered,
})

const none: ReadonlySet<string> = new Set()

/** What was decided, in a word and its sum. */
function said(decided: Decided): string {
  if (decided.kind === 'refused') return `${decided.code}: ${decided.text}`
  if (decided.kind === 'wait') return 'wait'
  return `${decided.kind} ${decided.order.idempotencyKey} ${decided.order.kind} ${decided.order.amountMinor}`
}

const capture = (of: ApprovedPayment, wanted: Wanted = {}, asked = none) =>
  said(decideCapture(of, wanted, asked))
const refund = (of: ApprovedPayment, wanted: Wanted = {}, asked = none) =>
  said(decideRefund(of, wanted, asked))

test('where the money of a payment is, is told by its rows', () => {
  const ordered = [
    order('capture', 1000, done),
    order('capture', 1240, refused),
    order('capture', 1240, underWay),
    order('refund', 300, done),
    order('refund', 500, refused),
    order('refund', 200, underWay),
    order('void', 1240, refused),
  ]
  assert.deepEqual(moneyOf(payment(false, ordered)), {
    taken: 1000,
    givenBack: 300,
    underWay: 200,
    left: 500,
  })
  assert.deepEqual(moneyOf(payment(true, ordered)), { taken: 1240, givenBack: 300, underWay: 200, left: 740 })
  assert.deepEqual(moneyOf(payment(false)), { taken: 0, givenBack: 0, underWay: 0, left: 0 })
})

test('what is held is captured, all of it or a part, from the smallest sum to the whole', () => {
  assert.equal(capture(payment(false)), 'begin key-capture-1 capture 1240')
  for (const amountMinor of [1, 1239, 1240]) {
    assert.equal(capture(payment(false), { amountMinor }), `begin key-capture-1 capture ${amountMinor}`)
  }
  for (const amountMinor of [0, -1, 1241, 0.5, Number.NaN]) {
    assert.equal(
      capture(payment(false), { amountMinor }),
      'amount-not-possible: The amount must be between 0.01 and 12.40 GBP: 12.40 GBP is authorised.',
      String(amountMinor),
    )
  }
})

test('what was taken, voided or for nothing is not captured', () => {
  const already = 'not-possible-now: This payment has already been captured.'
  assert.equal(capture(payment(true)), already)
  assert.equal(capture(payment(false, [order('capture', 1, done)])), already)
  assert.equal(
    capture(payment(false, [order('void', 1240, done)])),
    'not-possible-now: This payment has been voided.',
  )
  assert.match(capture(payment(false, [order('void', 1240, underWay)])), /is being voided/)
  assert.match(capture(payment(false, [], 0)), /has no amount: there is nothing to capture/)
  assert.match(capture(payment(false, [order('void', 1240, refused)])), /^begin/)
})

test('what was refunded before it was captured was voided, and nothing is captured or refunded of it', () => {
  const voided = payment(false, [
    order('capture', 1240, refused, { reason: 'gateway' }),
    order('refund', 1240, done),
  ])
  assert.deepEqual(moneyOf(voided), { taken: 0, givenBack: 0, underWay: 0, left: 0 })
  assert.equal(capture(voided), 'not-possible-now: This payment has been voided.')
  assert.equal(refund(voided), 'not-possible-now: This payment has been voided.')
  const part = payment(false, [order('refund', 300, done)])
  assert.match(capture(part), /^begin .* capture 1240$/)
})

test('a capture that is under way is the one that is meant, or is asked for again first', () => {
  const open = order('capture', 500, underWay)
  const held = payment(false, [order('capture', 1240, refused), open])
  const again = `ask-again ${open.idempotencyKey} capture 500`
  assert.equal(capture(held, { amountMinor: 500 }), again)
  assert.equal(capture(held, { amountMinor: 500, repeat: 'another' }), again, 'captured is once')
  assert.equal(capture(held, { repeat: 'retry' }), again)
  assert.equal(capture(held, { amountMinor: 500, repeat: 'retry' }), again)
  assert.match(capture(held, { amountMinor: 400, repeat: 'retry' }), /Nothing of this amount is under way/)
  for (const wanted of [{}, { amountMinor: 400 }, { amountMinor: 400, repeat: 'another' as const }]) {
    assert.equal(capture(held, wanted), `ask-first ${open.idempotencyKey} capture 500`)
    assert.equal(capture(held, wanted, new Set([open.idempotencyKey])), 'wait')
  }
})

test('a retry begins nothing', () => {
  assert.match(capture(payment(false), { repeat: 'retry' }), /No capture of this payment is under way/)
  assert.match(refund(payment(true), { repeat: 'retry' }), /No refund of this payment is under way/)
})

test('what the server does by itself is no operator’s to ask for', () => {
  for (const reason of ['late', 'cancelled'] as const) {
    const open = order('refund', 1240, underWay, { reason })
    assert.match(refund(payment(true, [open]), { repeat: 'retry' }), /No refund of this payment is under way/)
    assert.equal(
      refund(payment(true, [open])),
      'not-possible-now: Nothing is left to refund on this payment: 12.40 GBP was captured, ' +
        'a refund of 12.40 GBP is under way and its gateway has not answered.',
    )
  }
})

test('what was captured is refunded, all that is left or a part of it', () => {
  assert.equal(refund(payment(true)), 'begin key-refund-1 refund 1240')
  const partly = payment(true, [order('refund', 1000, done, { idempotencyKey: 'key-refund-1' })])
  assert.equal(refund(partly), 'begin key-refund-2 refund 240')
  for (const amountMinor of [1, 240]) {
    assert.equal(refund(partly, { amountMinor }), `begin key-refund-2 refund ${amountMinor}`)
  }
  for (const amountMinor of [0, 241]) {
    assert.equal(
      refund(partly, { amountMinor }),
      'amount-not-possible: The amount must be between 0.01 and 2.40 GBP: ' +
        '12.40 GBP was captured, 10.00 GBP was refunded.',
    )
  }
  assert.equal(
    refund(payment(true, [order('refund', 1240, done)])),
    'not-possible-now: Nothing is left to refund on this payment: 12.40 GBP was captured, 12.40 GBP was refunded.',
  )
  assert.equal(
    refund(payment(false)),
    'not-possible-now: Nothing is left to refund on this payment: nothing was captured.',
  )
  assert.match(refund(payment(true, [order('void', 1240, done)])), /has been voided/)
  assert.equal(refund(payment(false, [order('capture', 500, done)])), 'begin key-refund-1 refund 500')
})

test('a refund under way is the one that is meant, asked for first, or beside a further one', () => {
  const [first, second] = [order('refund', 300, underWay), order('refund', 400, underWay)]
  const open = payment(true, [first, second])
  assert.equal(refund(open, { amountMinor: 400 }), `ask-again ${second.idempotencyKey} refund 400`)
  assert.equal(refund(open, { repeat: 'retry' }), `ask-again ${first.idempotencyKey} refund 300`)
  assert.equal(refund(open), `ask-first ${first.idempotencyKey} refund 300`)
  const asked = new Set([first.idempotencyKey])
  assert.equal(refund(open, {}, asked), `ask-first ${second.idempotencyKey} refund 400`)
  asked.add(second.idempotencyKey)
  assert.equal(refund(open, {}, asked), 'wait')
  assert.equal(refund(open, { amountMinor: 300, repeat: 'another' }), 'begin key-refund-1 refund 300')
  assert.equal(refund(open, { repeat: 'another' }), 'begin key-refund-1 refund 540')
})

test('where all that is left is under way, all means that', () => {
  const whole = order('refund', 1240, underWay)
  assert.equal(refund(payment(true, [whole])), `ask-again ${whole.idempotencyKey} refund 1240`)
})

test('what is held is voided as a whole; what was captured, or is being captured, is not', () => {
  const voided = (of: ApprovedPayment, wanted: Wanted = {}, asked = none) =>
    said(decideVoid(of, wanted, asked))
  assert.equal(voided(payment(false)), 'begin key-void-1 void 1240')
  const captured =
    'not-possible-now: This payment has been captured, so it cannot be voided. Refund it instead.'
  assert.equal(voided(payment(true)), captured)
  assert.equal(voided(payment(false, [order('capture', 1000, done)])), captured)
  assert.equal(
    voided(payment(false, [order('capture', 1000, underWay)])),
    'not-possible-now: A capture of this payment is under way, and its gateway has not answered.',
  )
  assert.equal(voided(payment(false, [order('capture', 1000, refused)])), 'begin key-void-1 void 1240')
  assert.equal(
    voided(payment(false, [], 0)),
    'not-possible-now: This payment has no amount: there is nothing to void.',
  )
  const underWayAlready = order('void', 1240, underWay)
  assert.match(voided(payment(false, [underWayAlready])), /^ask-again /)
  assert.equal(
    voided(payment(false, [order('void', 1240, done)])),
    'not-possible-now: This payment has been voided.',
  )
  assert.equal(
    voided(payment(false, [order('void', 1240, underWay, { reason: 'cancelled' })])),
    'not-possible-now: This payment is being voided. The server keeps asking the gateway until it answers.',
  )
  assert.equal(
    voided(payment(false), { repeat: 'retry' }),
    'not-possible-now: No void of this payment is under way, so there is nothing to retry.',
  )
})

test('an order that was given under a name is the one that is wanted, and there is no other to retry', () => {
  const [name, other] = ['name' as Guid, 'other' as Guid]
  const named = (of: ApprovedPayment, wanted: Wanted) => orderNamed(of, { kind: 'refund', wanted })?.kind
  const open = payment(true, [order('refund', 500, underWay, { name }), order('refund', 500, underWay)])
  assert.equal(named(open, { name, amountMinor: 500 }), 'ask-again')
  assert.equal(named(payment(true, [order('refund', 500, done, { name })]), { name }), 'answered')
  assert.equal(named(payment(true, [order('refund', 500, refused, { name })]), { name }), 'answered')
  assert.equal(named(open, { name: other, amountMinor: 500 }), undefined)
  assert.equal(named(open, { name: other, amountMinor: 500, repeat: 'retry' }), 'refused')
  assert.equal(named(open, { amountMinor: 500, repeat: 'retry' }), undefined)
})
