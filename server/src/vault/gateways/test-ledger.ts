import type { Store } from '../../store/store.ts'
import type { Money } from '../model/gateway.ts'
import { takesMoney } from '../model/launch.ts'

/** What a gateway holds and has of one payment, in minor units. */
export interface Moved {
  readonly currency: string
  /** Authorised, and neither taken nor voided. */
  readonly held: number
  /** Taken, and not refunded. */
  readonly taken: number
}

/** What money moved, by the key of the payment; nothing for a payment that moved none. */
export type MovedByKey = Readonly<Record<string, Moved>>

/** `done` once for each key; a key that was refused is refused again. */
export type LedgerAnswer = 'done' | 'refused'

interface Payment {
  readonly key: string
  readonly reference: string
  readonly amount: Money
  taken: number
  refunded: number
  voided: boolean
}

/** What is done with a payment, under a key of its own. */
export interface LedgerOrder {
  readonly key: string
  /** The payment's, as the double named it. */
  readonly reference: string
  readonly amountMinor: number
}

export type TestLedger = ReturnType<typeof createTestLedger>

/**
 * The book of a gateway's double: what was authorised, captured, voided and refunded, each once for its key. A test
 * compares {@link TestLedger.moved} with what the store says ({@link movedByStore}).
 */
export function createTestLedger() {
  const byKey = new Map<string, Payment>()
  const byReference = new Map<string, Payment>()
  const counted: Counted = { authorised: 0, captured: 0, voided: 0, refunded: 0 }

  const { done, ...orders } = createOrders(byReference, counted)

  return {
    /** How many of each were carried out. */
    counted: counted as Readonly<Counted>,
    /** @returns whether this was the first time; a second authorisation with the same key is none. */
    authorise({
      key,
      reference,
      amount,
      captured,
    }: {
      readonly key: string
      readonly reference: string
      readonly amount: Money
      /** Whether the money is taken at once. */
      readonly captured: boolean
    }): boolean {
      if (byKey.has(key)) return false
      const taken = captured ? amount.amountMinor : 0
      const payment: Payment = { key, reference, amount, taken, refunded: 0, voided: false }
      byKey.set(key, payment)
      byReference.set(reference, payment)
      counted.authorised += 1
      if (captured) counted.captured += 1
      return true
    },
    /** What was authorised under this key, whatever became of it; `undefined` where nothing was. */
    authorisedFor: (key: string): Money | undefined => byKey.get(key)?.amount,
    ...orders,
    /** What was captured and refunded of a payment by orders, the oldest first. */
    ordersOf: (key: string): readonly LedgerOrder[] => done(byKey.get(key)?.reference),
    /** What was taken of a payment comes to nothing after all: it is only held. */
    failCapture(key: string): void {
      const payment = byKey.get(key)
      if (payment) Object.assign(payment, { taken: 0, voided: false })
    },
    /** What was refunded of a payment comes to nothing after all: the merchant has it again. */
    failRefund(key: string, amountMinor: number): void {
      const payment = byKey.get(key)
      if (payment) payment.refunded -= amountMinor
    },
    moved(): MovedByKey {
      return moving(
        [...byKey.values()].map(({ key, amount, taken, refunded, voided }) => [
          key,
          {
            currency: amount.currency,
            held: voided || taken > 0 ? 0 : amount.amountMinor,
            taken: taken - refunded,
          },
        ]),
      )
    },
  }
}

type Counted = Record<'authorised' | 'captured' | 'voided' | 'refunded', number>

/** What is done with payments afterwards, once for each key. */
function createOrders(byReference: ReadonlyMap<string, Payment>, counted: Counted) {
  const answers = new Map<string, LedgerAnswer>()
  const orders: LedgerOrder[] = []

  function once(
    { key, reference }: Omit<LedgerOrder, 'amountMinor'>,
    act: (payment: Payment) => boolean,
  ): LedgerAnswer {
    const before = answers.get(key)
    if (before) return before
    const payment = byReference.get(reference)
    const answer = payment && act(payment) ? 'done' : 'refused'
    answers.set(key, answer)
    return answer
  }

  return {
    /** Once, all of it or less: the rest is voided. */
    capture: (order: LedgerOrder): LedgerAnswer =>
      once(order, (payment) => {
        if (payment.voided || payment.taken > 0 || order.amountMinor > payment.amount.amountMinor)
          return false
        payment.taken = order.amountMinor
        payment.voided = true
        counted.captured += 1
        orders.push(order)
        return true
      }),
    void: (order: Omit<LedgerOrder, 'amountMinor'>): LedgerAnswer =>
      once(order, (payment) => {
        if (payment.voided || payment.taken > 0) return false
        payment.voided = true
        counted.voided += 1
        return true
      }),
    refund: (order: LedgerOrder): LedgerAnswer =>
      once(order, (payment) => {
        if (payment.refunded + order.amountMinor > payment.taken) return false
        payment.refunded += order.amountMinor
        counted.refunded += 1
        orders.push(order)
        return true
      }),
    done: (reference: string | undefined): readonly LedgerOrder[] =>
      orders.filter((each) => each.reference === reference),
  }
}

/**
 * The same as the store tells it: of every attempt that has an answer, with what was done with it afterwards. An
 * attempt without an answer is `unknown`.
 */
export async function movedByStore(store: Store): Promise<Readonly<Record<string, Moved | 'unknown'>>> {
  const attempts = await store
    .prepare((db, _: object) => db.selectFrom('charge_attempt').selectAll())
    .all(store.reader, {})
  const followUps = await store
    .prepare((db, _: object) => db.selectFrom('charge_follow_up').selectAll())
    .all(store.reader, {})
  const entries = attempts.map(({ idempotency_key, purpose, amount_minor, currency, answer }) => {
    if (answer === null) return [idempotency_key, 'unknown'] as const
    const { status, captured, amount } = JSON.parse(answer)
    const isAuthorised = takesMoney(purpose) && (status === 'approved' || status === 'review')
    const sum = isAuthorised ? Number(amount?.amountMinor ?? amount_minor) : 0
    const isTaken =
      captured && !followUps.some((each) => each.attempt_key === idempotency_key && each.reason === 'gateway')
    const start: Moved = { currency, held: isTaken ? 0 : sum, taken: isTaken ? sum : 0 }
    const done = followUps.filter(
      (each) => each.attempt_key === idempotency_key && JSON.parse(each.answer ?? '{}').status === 'done',
    )
    return [idempotency_key, done.reduce(afterwards, start)] as const
  })
  const unknown = entries.filter((entry): entry is readonly [string, 'unknown'] => entry[1] === 'unknown')
  const known = entries.filter((entry): entry is readonly [string, Moved] => entry[1] !== 'unknown')
  return { ...moving(known), ...Object.fromEntries(unknown) }
}

function afterwards(
  { currency, held, taken }: Moved,
  { kind, amount_minor }: { readonly kind: 'capture' | 'void' | 'refund'; readonly amount_minor: number },
): Moved {
  if (kind === 'capture') return { currency, held: 0, taken: amount_minor }
  // To refund all of what is only held is to void it.
  if (kind === 'void' || (taken === 0 && amount_minor === held)) return { currency, held: 0, taken }
  return { currency, held, taken: taken - amount_minor }
}

/** Without those of which nothing is held or taken. */
const moving = (entries: readonly (readonly [string, Moved])[]): MovedByKey =>
  Object.fromEntries(entries.filter(([, { held, taken }]) => held !== 0 || taken !== 0))
