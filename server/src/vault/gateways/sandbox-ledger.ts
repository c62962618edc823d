import type { Connection, Store } from '../../store/store.ts'
import type { SandboxPaymentTable } from '../../store/tables.ts'
import type { FollowUp, FollowUpAnswer, FollowUpKind, GatewayAnswer } from '../model/gateway.ts'
import { type Purpose, takesMoney } from '../model/launch.ts'

/** A payment that the sandbox's gateway was asked for. */
export interface SandboxPayment {
  readonly idempotencyKey: string
  readonly purpose: Purpose
  readonly order: { readonly amountMinor: number; readonly currency: string }
  /** `undefined` while the customer's bank asks, and where the gateway itself never knows. */
  readonly answer: GatewayAnswer | undefined
  /** When whoever asked for it is answered, in milliseconds since the epoch; `undefined` for never. */
  readonly answeredAt: number | undefined
  /** When whoever looks it up is told. */
  readonly knownAt: number | undefined
}

/** Response codes as ISO 8583 has them. */
const noSuchPayment = '25'
const notPermitted = '57'
const keyOfAnother = '94'

/**
 * The book of the sandbox's gateway, in the region's database: the server, the commands beside it and the process after
 * it see the same. Each operation is one transaction, and what is asked for again with a key is answered as before.
 */
export function createSandboxLedger(store: Store) {
  const rows = prepareRows(store)

  async function find(connection: Connection, key: string): Promise<SandboxPayment | undefined> {
    const row = await rows.find.first(connection, { key })
    return row && paymentOf(row)
  }

  /** Why an order is refused; `undefined` where it is carried out. */
  async function refusalOf(
    tx: Connection,
    kind: FollowUpKind,
    { paymentKey, gatewayReference, amount }: Omit<FollowUp, 'signal'>,
  ): Promise<string | undefined> {
    const payment = await find(tx, paymentKey)
    const answer = payment?.answer
    if (!answer || !('captured' in answer) || answer.gatewayReference !== gatewayReference)
      return noSuchPayment
    if (answer.amount?.currency !== amount.currency) return notPermitted
    const done = (await rows.followUps.all(tx, { payment: paymentKey })).filter(
      (each) => (JSON.parse(each.answer) as FollowUpAnswer).status === 'done',
    )
    const sum = (of: FollowUpKind) =>
      done.filter((each) => each.kind === of).reduce((total, each) => total + each.amount_minor, 0)
    const isVoided = done.some((each) => each.kind === 'void')
    const held = isVoided || !takesMoney(payment.purpose) ? 0 : answer.amount.amountMinor
    const taken = answer.captured ? answer.amount.amountMinor : sum('capture')
    const isPossible = {
      capture: taken === 0 && amount.amountMinor > 0 && amount.amountMinor <= held,
      void: taken === 0,
      refund: amount.amountMinor > 0 && amount.amountMinor <= taken - sum('refund'),
    }
    return isPossible[kind] ? undefined : notPermitted
  }

  return {
    find: (key: string) => find(store.reader, key),
    /** Writes a payment down, unless its key is there already; returns the one that is there. */
    begin: (payment: SandboxPayment): Promise<SandboxPayment> =>
      store.write(async (tx) => {
        await rows.insert.run(tx, rowOf(payment))
        return (await find(tx, payment.idempotencyKey)) ?? payment
      }),
    /** Answers a payment whose bank was asked, unless it has been answered; returns the answer that it has. */
    decide: (key: string, answer: GatewayAnswer, now: number): Promise<GatewayAnswer> =>
      store.write(async (tx) => {
        await rows.answer.run(tx, { key, answer: JSON.stringify(answer), now })
        return (await find(tx, key))?.answer ?? answer
      }),
    /** Does what is asked with a payment, once for each key. */
    followUp: (kind: FollowUpKind, { signal: _, ...order }: FollowUp): Promise<FollowUpAnswer> =>
      store.write(async (tx) => {
        const { idempotencyKey: key, paymentKey: payment, amount } = order
        await rows.lock.first(tx, { key: payment })
        const before = await rows.followUp.first(tx, { key })
        if (before) {
          const isSame =
            before.kind === kind &&
            before.payment_key === payment &&
            before.amount_minor === amount.amountMinor &&
            before.currency === amount.currency
          return isSame ? (JSON.parse(before.answer) as FollowUpAnswer) : refused(keyOfAnother)
        }
        const code = await refusalOf(tx, kind, order)
        if (code === noSuchPayment) return refused(code)
        const answer: FollowUpAnswer = code === undefined ? { status: 'done' } : refused(code)
        const { amountMinor, currency } = amount
        await rows.insertFollowUp.run(tx, {
          key,
          payment,
          kind,
          amountMinor,
          currency,
          answer: JSON.stringify(answer),
        })
        return answer
      }),
  }
}

const refused = (gatewayCode: string): FollowUpAnswer => ({ status: 'refused', gatewayCode })

const paymentOf = (row: SandboxPaymentTable): SandboxPayment => ({
  idempotencyKey: row.idempotency_key,
  purpose: row.purpose,
  order: { amountMinor: row.amount_minor, currency: row.currency },
  answer: row.answer === null ? undefined : (JSON.parse(row.answer) as GatewayAnswer),
  answeredAt: row.answered_at ?? undefined,
  knownAt: row.known_at ?? undefined,
})

const rowOf = (payment: SandboxPayment): SandboxPaymentTable => ({
  idempotency_key: payment.idempotencyKey,
  purpose: payment.purpose,
  amount_minor: payment.order.amountMinor,
  currency: payment.order.currency,
  answer: payment.answer === undefined ? null : JSON.stringify(payment.answer),
  answered_at: payment.answeredAt ?? null,
  known_at: payment.knownAt ?? null,
})

function prepareRows(store: Store) {
  return {
    insert: store.prepare((db, p: SandboxPaymentTable) =>
      db
        .insertInto('sandbox_payment')
        .values({
          idempotency_key: p.idempotency_key,
          purpose: p.purpose,
          amount_minor: p.amount_minor,
          currency: p.currency,
          answer: p.answer,
          answered_at: p.answered_at,
          known_at: p.known_at,
        })
        .onConflict((conflict) => conflict.doNothing()),
    ),
    find: store.prepare((db, p: { key: string }) =>
      db.selectFrom('sandbox_payment').selectAll().where('idempotency_key', '=', p.key),
    ),
    lock: store.prepare((db, p: { key: string }) =>
      db
        .selectFrom('sandbox_payment')
        .select('idempotency_key')
        .where('idempotency_key', '=', p.key)
        .forUpdate(),
    ),
    answer: store.prepare((db, p: { key: string; answer: string; now: number }) =>
      db
        .updateTable('sandbox_payment')
        .set({ answer: p.answer, known_at: p.now })
        .where('idempotency_key', '=', p.key)
        .where('answer', 'is', null),
    ),
    followUp: store.prepare((db, p: { key: string }) =>
      db.selectFrom('sandbox_follow_up').selectAll().where('idempotency_key', '=', p.key),
    ),
    followUps: store.prepare((db, p: { payment: string }) =>
      db
        .selectFrom('sandbox_follow_up')
        .select(['kind', 'amount_minor', 'answer'])
        .where('payment_key', '=', p.payment),
    ),
    insertFollowUp: store.prepare(
      (
        db,
        p: {
          key: string
          payment: string
          kind: FollowUpKind
          amountMinor: number
          currency: string
          answer: string
        },
      ) =>
        db.insertInto('sandbox_follow_up').values({
          idempotency_key: p.key,
          payment_key: p.payment,
          kind: p.kind,
          amount_minor: p.amountMinor,
          currency: p.currency,
          answer: p.answer,
        }),
    ),
  }
}
