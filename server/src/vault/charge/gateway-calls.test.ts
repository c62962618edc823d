import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../../base/clock.ts'
import { createLog } from '../../base/log.ts'
import { testRequest } from '../gateways/test-request.ts'
import { type FollowUp, type Gateway, type GatewayAnswer, NotSent, sharedGateways } from '../model/gateway.ts'
import { approval, testGateway } from '../test-vault.ts'
import { createGatewayCalls } from './gateway-calls.ts'

const sums = [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]

function startCalls() {
  const followUps: FollowUp[] = []
  const take = async (order: FollowUp) => {
    followUps.push(order)
    return { status: 'done' } as const
  }
  const gateway = { ...testGateway(), capture: take, refund: take, void: take }
  const calls = createGatewayCalls({
    gateways: sharedGateways({ test: gateway }),
    clock: createMovableClock(),
    log: createLog('silent'),
  })
  return { ...gateway, calls, followUps, named: { name: 'test', gateway } }
}

test('where money is meant, no gateway is asked for less than the smallest sum', async () => {
  const { asked, calls, named } = startCalls()
  for (const purpose of ['charge', 'authorise'] as const) {
    for (const amountMinor of sums) {
      const request = testRequest({ purpose, order: { amountMinor, currency: 'GBP' } })
      const answer = await calls.authorise(named, request)
      assert.deepEqual(answer, { status: 'error', gatewayCode: 'not-sent' }, `${purpose} ${amountMinor}`)
    }
  }
  assert.deepEqual(asked, [])
})

test('a card is verified and kept for nothing', async () => {
  const { asked, calls, named } = startCalls()
  for (const purpose of ['verify', 'tokenise'] as const) {
    const request = testRequest({ purpose, order: { amountMinor: 0, currency: 'GBP' } })
    assert.deepEqual(await calls.authorise(named, request), approval)
  }
  assert.equal(asked.length, 2)
})

test('nothing is neither captured nor refunded', async () => {
  const { calls, named, followUps } = startCalls()
  const order = (amountMinor: number) => ({
    idempotencyKey: 'key-2',
    gatewayReference: 'reference-1',
    paymentKey: 'key-1',
    amount: { amountMinor, currency: 'GBP' },
    authorised: { amount: { amountMinor: 1240, currency: 'GBP' }, captured: false },
  })
  for (const kind of ['capture', 'refund'] as const) {
    for (const amountMinor of sums) {
      const answer = await calls.followUp(named, kind, order(amountMinor))
      assert.deepEqual(answer, { status: 'refused', gatewayCode: 'no-sum' }, `${kind} ${amountMinor}`)
    }
  }
  assert.deepEqual(followUps, [])
  assert.deepEqual(await calls.followUp(named, 'capture', order(1)), { status: 'done' })
})

const minute = 60_000
const never = () => new Promise<never>(() => {})

/** A gateway of the test's, whatever it does, and what the log says of it. */
function startWith(changes: Partial<Gateway>) {
  const clock = createMovableClock()
  const lines: { readonly level: number; readonly message: string }[] = []
  const gateway: Gateway = { ...testGateway(), ...changes }
  const calls = createGatewayCalls({
    gateways: sharedGateways({ test: gateway }),
    clock,
    log: createLog('trace', { write: (line) => lines.push(JSON.parse(line)) }),
  })
  return { clock, calls, lines, named: { name: 'test', gateway } }
}

const asked = {
  idempotencyKey: 'key-1',
  purpose: 'charge',
  order: { amountMinor: 1240, currency: 'GBP' },
} as const
const order = {
  idempotencyKey: 'key-2',
  gatewayReference: 'reference-1',
  paymentKey: 'key-1',
  amount: { amountMinor: 1240, currency: 'GBP' },
  authorised: { amount: { amountMinor: 1240, currency: 'GBP' }, captured: false },
}

test('what a gateway throws gets no further than its name', async () => {
  const fails = async () => {
    throw Object.assign(new TypeError('4111111111111111'), { card: '4111111111111111' })
  }
  const { calls, lines, named } = startWith({
    authorise: fails,
    reconcile: fails,
    void: fails,
    completeChallenge: fails,
  })
  assert.equal(await calls.authorise(named, testRequest()), undefined)
  assert.equal(
    await calls.completeChallenge(named, { idempotencyKey: 'key-1', answer: 'abandoned' }),
    undefined,
  )
  assert.equal(
    await calls.reconcile(named, { ...asked, requestedAt: 0, lateApproval: 'record', wasSent: true }),
    undefined,
  )
  assert.equal(await calls.followUp(named, 'void', order), undefined)
  const failed = { gateway: 'test', error: 'TypeError' }
  assert.deepEqual(
    lines.map(({ message }) => message),
    [
      'the gateway failed during a request',
      'the gateway failed during a request',
      'a payment could not be reconciled',
      'a payment has an unknown operation pending',
    ],
  )
  for (const line of lines) assert.deepEqual({ ...line, ...failed }, line)
  assert.ok(!JSON.stringify(lines).includes('4111'))
})

test('what is thrown that is no error has its type for a name', async () => {
  const { calls, lines, named } = startWith({ authorise: () => Promise.reject('4111') })
  assert.equal(await calls.authorise(named, testRequest()), undefined)
  assert.deepEqual({ ...lines[0], error: 'string' }, lines[0])
})

test('a gateway that is not there was not sent anything, and one that cannot be found is told of', async () => {
  const { calls, lines } = startWith({})
  const gone = await calls.find(7, 'another')
  assert.equal(gone.gateway, undefined)
  assert.deepEqual(await calls.authorise(gone, testRequest()), { status: 'error', gatewayCode: 'not-sent' })
  assert.match(JSON.stringify(lines), /a payment could not be sent to its gateway/)
  assert.equal(
    await calls.reconcile(gone, { ...asked, requestedAt: 0, lateApproval: 'record', wasSent: true }),
    undefined,
  )
  assert.equal(await calls.followUp(gone, 'void', order), undefined)
  const failing = createGatewayCalls({
    gateways: { find: () => Promise.reject(new RangeError('secret')) },
    clock: createMovableClock(),
    log: createLog('trace', { write: (line) => lines.push(JSON.parse(line)) }),
  })
  assert.deepEqual(await failing.find(7, 'test'), { name: 'test', gateway: undefined })
  const said = lines.at(-1)
  assert.deepEqual({ ...said, gateway: 'test', error: 'RangeError', level: 50 }, said)
  assert.equal(said?.message, 'a gateway could not be found')
})

test('a gateway that takes no answers to challenges leaves it unknown', async () => {
  const { calls, named } = startWith({})
  assert.equal(
    await calls.completeChallenge(named, { idempotencyKey: 'key-1', answer: 'abandoned' }),
    undefined,
  )
  const refuses = startWith({ completeChallenge: () => Promise.reject(new NotSent('no connection')) })
  assert.deepEqual(
    await refuses.calls.completeChallenge(refuses.named, { idempotencyKey: 'key-1', answer: 'abandoned' }),
    { status: 'error', gatewayCode: 'not-sent' },
  )
})

test('a payment is waited for a quarter of an hour, and then left to whoever asks what became of it', async () => {
  const signals: AbortSignal[] = []
  const { calls, clock, named, lines } = startWith({
    authorise: ({ signal }) =>
      new Promise((_, reject) => {
        signals.push(signal)
        signal.addEventListener('abort', () => reject(new Error('aborted')))
      }),
  })
  const answer = calls.authorise(named, testRequest())
  await clock.advance(15 * minute - 1)
  assert.equal(signals[0]?.aborted, false)
  await clock.advance(1)
  assert.equal(await answer, undefined)
  assert.deepEqual(lines, [], 'that is nobody’s fault')
})

test('what became of a payment, and an order, are waited for a minute', async () => {
  const { calls, clock, named } = startWith({ reconcile: never, refund: never })
  for (const ask of [
    () => calls.reconcile(named, { ...asked, requestedAt: 0, lateApproval: 'record', wasSent: true }),
    () => calls.followUp(named, 'refund', order),
  ]) {
    let isOver = false
    const over = ask().finally(() => {
      isOver = true
    })
    await clock.advance(minute - 1)
    assert.equal(isOver, false)
    await clock.advance(1)
    assert.equal(await over, undefined)
  }
})

test('a payment that its gateway does not know has failed twenty minutes after it was asked for, and not before', async () => {
  const { calls, clock, named } = startWith({ reconcile: async () => ({ status: 'not-found' }) })
  const requestedAt = clock.now()
  const look = () => calls.reconcile(named, { ...asked, requestedAt, lateApproval: 'record', wasSent: true })
  assert.equal(await look(), undefined)
  await clock.advance(20 * minute - 1)
  assert.equal(await look(), undefined)
  await clock.advance(1)
  assert.deepEqual(await look(), { status: 'error', gatewayCode: 'not-found' })
})

test('what a gateway knows of a payment is handed on as it is', async () => {
  const { calls, named } = startWith({ reconcile: async () => approval })
  assert.equal(
    await calls.reconcile(named, { ...asked, requestedAt: 0, lateApproval: 'record', wasSent: true }),
    approval,
  )
})

test('a void asks for no sum', async () => {
  const { calls, named, followUps } = startCalls()
  const nothing = { ...order, amount: { amountMinor: 0, currency: 'GBP' } }
  assert.deepEqual(await calls.followUp(named, 'void', nothing), { status: 'done' })
  assert.equal(followUps.length, 1)
})

test('once closed, what is waited for is given up and nothing more is asked but what ends a payment', async () => {
  const signals: AbortSignal[] = []
  const given = Promise.withResolvers<GatewayAnswer>()
  const reached: string[] = []
  const note = async <T>(what: string, answer: T): Promise<T> => {
    reached.push(what)
    return answer
  }
  const { calls, named } = startWith({
    authorise({ signal }) {
      signals.push(signal)
      return given.promise
    },
    reconcile: () => note('reconcile', approval),
    refund: () => note('refund', { status: 'done' } as const),
  })
  const answer = calls.authorise(named, testRequest())
  calls.close()
  assert.equal(signals[0]?.aborted, true)
  given.resolve(approval)
  assert.equal(await answer, approval, 'an answer that comes all the same is heard')
  void calls.authorise(named, testRequest())
  assert.equal(signals[1]?.aborted, true)
  assert.equal(
    await calls.reconcile(named, { ...asked, requestedAt: 0, lateApproval: 'record', wasSent: true }),
    undefined,
  )
  assert.equal(await calls.followUp(named, 'refund', order), undefined)
  assert.deepEqual(reached, [])
})

test('a payment that waits for a customer who was never sent to the bank is given up; of another it is not known', async () => {
  const completions: object[] = []
  const abandoned = { status: 'declined', reason: 'authentication-failed' } as const
  const { calls, named } = startWith({
    reconcile: async () => ({ status: 'at-bank' }),
    completeChallenge: async ({ signal: _, ...completion }) => {
      completions.push(completion)
      return abandoned
    },
  })
  const look = (wasSent: boolean) =>
    calls.reconcile(named, { ...asked, requestedAt: 0, lateApproval: 'record', wasSent })
  assert.equal(await look(true), undefined)
  assert.deepEqual(completions, [])
  assert.equal(await look(false), abandoned)
  const { idempotencyKey, purpose, order } = asked
  assert.deepEqual(completions, [{ idempotencyKey, answer: 'abandoned', asked: { purpose, order } }])
})
