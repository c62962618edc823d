import type { Clock } from '../../base/clock.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { Digits } from '../model/digits.ts'
import type { AuthorisationRequest, Gateway, GatewayAnswer, GatewayChallenge } from '../model/gateway.ts'
import { createSandboxBank, type IssuerQuestion } from './sandbox-bank.ts'
import { sandboxCards } from './sandbox-cards.ts'
import { createSandboxLedger, type SandboxPayment } from './sandbox-ledger.ts'
import { answerTo, paymentOf } from './sandbox-payment.ts'

export type { IssuerQuestion } from './sandbox-bank.ts'
export { sandboxCards } from './sandbox-cards.ts'

/** The bank waits no longer for its customer than any flow does. */
const bankMilliseconds = 3_600_000

const keptCardPattern = /^sandbox-card-[A-Za-z0-9]{16}$/
const noSuchCard = { outcome: 'declined', declineReason: 'invalid-card-number' } as const
const checkedPoints = ['credentials', 'raw-cards', 'moto', 'kept-cards', 'three-d-secure'] as const

/** The sandbox's gateway, and the customer's bank behind it. */
export interface SandboxGateway extends Gateway {
  /** A question that is open; by its `reference`, which the challenge's form carries. */
  issuerQuestion(reference: string): IssuerQuestion | undefined
}

/**
 * A gateway that moves no money: {@link sandboxCards} say what it answers. Its ledger is in the region's database, like
 * that of a real one out of reach of this process: asked again with the same key, by whichever process, it answers the
 * same.
 *
 * @param answerMilliseconds how long it takes to answer.
 * @param issuerUrl the page of the customer's bank.
 */
export function createSandboxGateway({
  store,
  clock,
  random,
  issuerUrl,
  answerMilliseconds = 200,
}: Pick<StoreParts, 'store' | 'clock' | 'random'> & {
  readonly issuerUrl: string
  readonly answerMilliseconds?: number
}): SandboxGateway {
  const ledger = createSandboxLedger(store)
  const bank = createSandboxBank({ random, issuerUrl })

  const paymentBy = (
    request: Omit<AuthorisationRequest, 'card'>,
    card: Parameters<typeof paymentOf>[1]['card'],
  ) => paymentOf(request, { card, random, now: clock.now(), answerMilliseconds })

  /** The card's bank wants to ask its customer; nothing is charged until it has. */
  function challenged(request: AuthorisationRequest, returnUrl: string): SandboxPayment {
    const { idempotencyKey, purpose, order } = request
    bank.ask(idempotencyKey, { order, returnUrl })
    const answeredAt = clock.now() + answerMilliseconds
    return { idempotencyKey, purpose, order, answer: undefined, answeredAt, knownAt: undefined }
  }

  async function answered(
    payment: SandboxPayment,
    { signal }: Pick<AuthorisationRequest, 'signal'>,
  ): Promise<GatewayAnswer | GatewayChallenge> {
    const { idempotencyKey, answer, answeredAt } = await ledger.begin(payment)
    await comes(answeredAt, { clock, signal })
    return answer ?? bank.challengeOf(idempotencyKey)
  }

  /** Ends a payment whose bank was asked: it is charged only where its customer confirmed it. */
  function decide(payment: SandboxPayment, isConfirmed: boolean): Promise<GatewayAnswer> {
    const refused = { outcome: 'declined', declineReason: 'authentication-failed' } as const
    const answer = answerTo(payment, isConfirmed ? undefined : refused, random)
    return ledger.decide(payment.idempotencyKey, answer, clock.now())
  }

  /** @param askedAt when the customer was sent to the bank; `undefined` where the gateway itself never knows. */
  const isOver = (askedAt: number | undefined): boolean =>
    askedAt !== undefined && clock.now() >= askedAt + bankMilliseconds

  return {
    authorise(request) {
      const card = sandboxCards.find(({ pan }) => isSame(request.card.pan, pan))
      const isAsked = card?.outcome === 'challenge' && request.challengeReturnUrl !== undefined
      return answered(
        isAsked ? challenged(request, request.challengeReturnUrl) : paymentBy(request, card),
        request,
      )
    },
    /** Every card that it keeps is approved: that a token is the account's own, the vault has looked at. */
    authoriseKept(request) {
      const isKept = keptCardPattern.test(request.token)
      return answered(paymentBy(request, isKept ? undefined : noSuchCard), request)
    },
    check: async () =>
      checkedPoints.map((what) => ({ what, state: 'in-order', detail: 'The sandbox charges no real card.' })),
    async completeChallenge({ idempotencyKey, answer }) {
      const payment = await ledger.find(idempotencyKey)
      if (!payment) throw new Error('There is no such payment.')
      return payment.answer ?? decide(payment, bank.takeConfirmation(idempotencyKey, answer))
    },
    issuerQuestion: bank.question,
    async reconcile({ idempotencyKey }) {
      const payment = await ledger.find(idempotencyKey)
      if (!payment) return { status: 'not-found' }
      const { answer, answeredAt, knownAt } = payment
      if (!answer) return isOver(answeredAt) ? decide(payment, false) : undefined
      return knownAt !== undefined && knownAt <= clock.now() ? answer : undefined
    },
    capture: (order) => ledger.followUp('capture', order),
    void: (order) => ledger.followUp('void', order),
    refund: (order) => ledger.followUp('refund', order),
  }
}

/** Resolves when an answer comes, and rejects when nobody waits for it any longer. */
function comes(
  at: number | undefined,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const stop = at !== undefined && clock.after(Math.max(0, at - clock.now()), resolve)
    const giveUp = () => {
      if (stop) stop()
      reject(signal.reason)
    }
    if (signal.aborted) giveUp()
    else signal.addEventListener('abort', giveUp, { once: true })
  })
}

/** Compared byte by byte: the digits do not become a text. */
function isSame(digits: Digits, pan: string): boolean {
  return digits.count === pan.length && digits.unsafeBytes().every((byte, at) => byte === pan.charCodeAt(at))
}
