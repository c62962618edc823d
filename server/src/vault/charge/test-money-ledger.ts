import type {
  AuthorisationRequest,
  FollowUp,
  FollowUpAnswer,
  Gateway,
  GatewayAnswer,
  GatewayChallenge,
} from '../model/gateway.ts'

/** What a gateway does with a payment when it comes to it. */
export type Verdict = 'approved' | 'review' | 'declined' | 'error' | 'other-amount' | 'a part'

/** A payment in the gateway's ledger. */
export interface Entry {
  readonly request: AuthorisationRequest
  resolve: (answer: GatewayAnswer | GatewayChallenge) => void
  reject: (error: Error) => void
  /** The customer is asked by the bank: nothing is decided until that is over. */
  atBank: boolean
  answer: GatewayAnswer | undefined
  money: 'none' | 'held' | 'captured' | 'voided' | 'refunded' | 'not captured'
}

/** How the gateway behaves at this moment. */
interface Behaviour {
  asked: number
  knows: boolean
  failingFollowUps: number
  refusesVoids: boolean
  /** What becomes of a payment that is given up at the bank, and whether that is answered. */
  abandoned: Verdict
  answersAbandoned: boolean
}

/**
 * A gateway with a ledger, which outlives the vault's process. It decides about a payment, and answers, when it is
 * told to; what it has decided it knows when it is asked.
 */
export function createLedgerGateway({ asksBank }: { readonly asksBank: boolean }) {
  const ledger = new Map<string, Entry>()
  const state: Behaviour = {
    asked: 0,
    knows: true,
    failingFollowUps: 0,
    refusesVoids: false,
    abandoned: 'declined',
    answersAbandoned: true,
  }
  const gateway: Gateway = {
    authorise(request) {
      state.asked += 1
      const atBank = asksBank && request.challengeReturnUrl !== undefined
      return new Promise((resolve, reject) => {
        const { idempotencyKey } = request
        ledger.set(idempotencyKey, { request, resolve, reject, atBank, answer: undefined, money: 'none' })
        if (atBank) resolve({ status: 'challenge', challenge: { url: 'https://bank.example', fields: {} } })
      })
    },
    completeChallenge({ idempotencyKey, answer }) {
      const entry = ledger.get(idempotencyKey)
      if (!entry) return Promise.reject(new Error('There is no such payment.'))
      return new Promise((resolve, reject) => {
        Object.assign(entry, { resolve, reject, atBank: false })
        if (answer !== 'abandoned') return
        if (!entry.answer) decide(entry, state.abandoned)
        if (entry.answer && state.answersAbandoned) resolve(entry.answer)
      })
    },
    async reconcile({ idempotencyKey }) {
      if (!state.knows) throw new Error('The connection was lost.')
      const entry = ledger.get(idempotencyKey)
      return entry ? entry.answer : { status: 'not-found' }
    },
    readNotifications: ({ body }) => JSON.parse(body.toString()),
    ...ledgerFollowUps(ledger, state),
  }
  return {
    gateway,
    state,
    entry: () => [...ledger.values()].at(-1),
    decide(verdict: Verdict): void {
      for (const entry of ledger.values()) if (!entry.answer && !entry.atBank) decide(entry, verdict)
    },
    /** No bank waits for its customer for ever, also where nobody has heard that it waits. */
    expire(): void {
      for (const entry of ledger.values()) if (!entry.answer) decide(entry, 'declined')
    },
  }
}

/** What the gateway does with payments that it has decided about: each order once, whatever becomes of its answer. */
function ledgerFollowUps(
  ledger: ReadonlyMap<string, Entry>,
  state: Behaviour,
): Pick<Gateway, 'capture' | 'void' | 'refund'> {
  const followUps = new Map<string, FollowUpAnswer>()

  async function followUp(order: FollowUp, act: (entry: Entry) => boolean): Promise<FollowUpAnswer> {
    if (state.failingFollowUps > 0) {
      state.failingFollowUps -= 1
      if (state.failingFollowUps % 2 === 1) doOnce(order, act)
      throw new Error('The connection was lost.')
    }
    return doOnce(order, act)
  }

  function doOnce(order: FollowUp, act: (entry: Entry) => boolean): FollowUpAnswer {
    const entry = ledger.get(order.paymentKey)
    const answer =
      followUps.get(order.idempotencyKey) ??
      (entry && act(entry)
        ? ({ status: 'done' } as const)
        : ({ status: 'refused', gatewayCode: '57' } as const))
    followUps.set(order.idempotencyKey, answer)
    return answer
  }

  return {
    capture: (order) => followUp(order, () => false),
    void: (order) =>
      followUp(order, (entry) => {
        if (entry.money !== 'held' || state.refusesVoids) return false
        entry.money = 'voided'
        return true
      }),
    refund: (order) =>
      followUp(order, (entry) => {
        if (entry.money !== 'captured' && entry.money !== 'held') return false
        entry.money = 'refunded'
        return true
      }),
  }
}

/** How far a sum that was approved is from the one that was ordered. */
const differences: Partial<Record<Verdict, number>> = { 'other-amount': 1, 'a part': -240 }

function decide(entry: Entry, verdict: Verdict): void {
  const { order, purpose } = entry.request
  const amountMinor = order.amountMinor + (differences[verdict] ?? 0)
  const captured = purpose === 'charge'
  const authorised = {
    gatewayReference: 'r',
    authorisationCode: 'A1',
    amount: { amountMinor, currency: order.currency },
    captured,
  }
  if (verdict === 'declined') entry.answer = { status: 'declined', reason: 'do-not-honour' }
  else if (verdict === 'error') entry.answer = { status: 'error', gatewayCode: '96' }
  else {
    entry.answer = { status: verdict === 'review' ? 'review' : 'approved', ...authorised }
    if (purpose !== 'tokenise') entry.money = captured ? 'captured' : 'held'
  }
}
