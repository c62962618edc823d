import type { Guid } from '../../base/guid.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { Connection } from '../../store/store.ts'
import type { ChargeFollowUpTable } from '../../store/tables.ts'
import { isBelievable, orderedIn } from '../model/believable-answer.ts'
import type { FollowUpAnswer, FollowUpKind, GatewayAnswer, Money } from '../model/gateway.ts'
import type { VaultRows } from '../model/vault-rows.ts'
import { lateResultOf, voidedResultOf } from './charge-result.ts'
import { corrected as correctedEnding } from './ending.ts'
import type { GatewayCalls } from './gateway-calls.ts'
import type { UnderWay } from './under-way.ts'
import { untilDurable } from './until-durable.ts'

const firstPause = 30_000
const maxPause = 3_600_000
const maxTry = 3 * 24 * 3_600_000

/** A payment that was approved and is to be undone. */
export interface Reversal {
  readonly guid: Guid
  readonly tenant: number
  readonly gateway: string
  /** Of the payment. */
  readonly idempotencyKey: string
  readonly order: Money
  readonly answer: Extract<GatewayAnswer, { captured: boolean }>
  /** A payment that came too late is given back if it cannot be let go; one that was cancelled is not. */
  readonly reason: ChargeFollowUpTable['reason']
}

/** What became of it. `not-known`: not yet; it goes on. */
export type Undoing = 'voided' | 'refused' | 'not-known'

/**
 * Lets go the money of payments, or gives it back. What is to be done is written before the gateway is asked, with a
 * key of its own; the gateway is asked until it has answered, for three days, and by the next process too; its answer
 * and the session's new result are written in one transaction.
 */
export function createReversals({
  store,
  rows,
  calls,
  clock,
  log,
  closing,
  track,
  corrected,
}: Pick<StoreParts, 'store' | 'clock' | 'log'> & {
  readonly rows: VaultRows
  readonly calls: GatewayCalls
  readonly closing: AbortSignal
  readonly track: UnderWay['track']
  readonly corrected: (guid: Guid, json: string) => Promise<void>
}) {
  const waiting = new Set<() => void>()
  const underWay = new Map<string, Promise<Undoing>>()

  const durably = <T>(write: () => Promise<T>) => untilDurable(write, { clock, log, closing })

  const insert = (tx: Connection, undone: Reversal, kind: FollowUpKind) => {
    const { amountMinor, currency } = sumOf(undone)
    return rows.insertFollowUp.run(tx, {
      idempotency_key: keyOf(undone, kind),
      attempt_key: undone.idempotencyKey,
      kind,
      reason: undone.reason,
      amount_minor: amountMinor,
      currency,
      requested_at: clock.now(),
    })
  }

  /** Asks until there is an answer, or the process ends, or it has been too long. */
  async function askUntilAnswered(undone: Reversal, kind: FollowUpKind): Promise<FollowUpAnswer | undefined> {
    const until = clock.now() + maxTry
    for (let pause = firstPause; clock.now() < until; pause = Math.min(pause * 2, maxPause)) {
      if (closing.aborted) return undefined
      const answer = await calls.followUp(await calls.find(undone.tenant, undone.gateway), kind, {
        idempotencyKey: keyOf(undone, kind),
        gatewayReference: undone.answer.gatewayReference,
        paymentKey: undone.idempotencyKey,
        amount: sumOf(undone),
        authorised: { amount: sumOf(undone), captured: undone.answer.captured },
      })
      if (answer) return answer
      await wait(pause)
    }
    log.error({ capture: undone.guid, kind }, 'a payment could not be reversed: check it at the gateway')
    return undefined
  }

  function wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        stop()
        waiting.delete(done)
        resolve()
      }
      const stop = clock.after(milliseconds, done)
      waiting.add(done)
      if (closing.aborted) done()
    })
  }

  async function carryOut(undone: Reversal, kind: FollowUpKind): Promise<Undoing> {
    const answer = await askUntilAnswered(undone, kind)
    if (!answer) return 'not-known'
    const { guid, reason } = undone
    const goesOn = answer.status === 'refused' && kind === 'void' && reason === 'late'
    const json = await durably(() => track(store.write((tx) => record(tx, undone, { kind, answer, goesOn }))))
    if (goesOn) return carryOut(undone, 'refund')
    log[answer.status === 'done' ? 'info' : 'error'](
      { capture: guid, kind, status: answer.status },
      answer.status === 'done'
        ? 'a payment was reversed'
        : 'a payment could not be reversed: check it at the gateway',
    )
    if (json !== undefined) await corrected(guid, json)
    return answer.status === 'done' ? 'voided' : 'refused'
  }

  /** @returns the session's new result, if it has one. */
  async function record(
    tx: Connection,
    undone: Reversal,
    {
      kind,
      answer,
      goesOn,
    }: { readonly kind: FollowUpKind; readonly answer: FollowUpAnswer; readonly goesOn: boolean },
  ): Promise<string | undefined> {
    const { guid, reason } = undone
    const isFirst = await rows.answerFollowUp.run(tx, {
      idempotency_key: keyOf(undone, kind),
      answered_at: clock.now(),
      answer: JSON.stringify(answer),
    })
    if (isFirst === 0) return undefined
    if (goesOn) {
      await insert(tx, undone, 'refund')
      return undefined
    }
    const isOnlyToBeLetGo = reason === 'cancelled' || (await isNotTaken(tx, undone))
    if (answer.status === 'refused' && (isOnlyToBeLetGo || (await isOfAnotherSum(tx, undone))))
      return undefined
    const before = (await rows.ending.first(tx, { guid }))?.ending
    const end = before ? JSON.parse(before).end : 'payment-connector-error'
    const result =
      answer.status === 'done'
        ? voidedResultOf(guid, undone.answer, end)
        : lateResultOf(undone.answer, { guid, end })
    const json = JSON.stringify(result)
    const ending = before ? correctedEnding(before, result) : null
    await rows.replaceResult.run(tx, { guid, result: json, ending })
    return json
  }

  /** Whether the gateway was to take the payment by itself and has told that it could not: there is nothing to undo. */
  async function isNotTaken(tx: Connection, { idempotencyKey }: Reversal): Promise<boolean> {
    const orders = await rows.followUps.all(tx, { attempt_key: idempotencyKey })
    return orders.some((each) => each.reason === 'gateway')
  }

  /** Whether its gateway authorised another sum than the one that was ordered: no such payment is ever approved. */
  async function isOfAnotherSum(
    tx: Connection,
    { idempotencyKey: key, tenant, gateway, answer }: Reversal,
  ): Promise<boolean> {
    const attempt = await rows.attemptOf.first(tx, { key, tenant, gateway })
    return attempt !== undefined && !isBelievable(answer, orderedIn(attempt))
  }

  /** Carries out what {@link begin} wrote. */
  function finish(undone: Reversal, kind: FollowUpKind = 'void'): Promise<Undoing> {
    const key = undone.idempotencyKey
    const running =
      underWay.get(key) ??
      carryOut(undone, kind)
        .catch((error): Undoing => {
          log.error({ err: error, capture: undone.guid }, 'the reversal of a payment could not be stored')
          return 'not-known'
        })
        .finally(() => underWay.delete(key))
    underWay.set(key, running)
    return running
  }

  return {
    /** Writes down that a payment is to be undone. */
    begin: (tx: Connection, undone: Reversal) => insert(tx, undone, 'void'),
    finish,
    /** Takes up what the process before this one left. */
    async resume(): Promise<void> {
      for (const row of await rows.unansweredFollowUps.all(store.reader, {})) {
        const guid = row.capture_guid as Guid
        const answer = answerIn(row.answer)
        if (!answer) {
          log.error(
            { capture: guid },
            'a payment was not reversed, because its gateway’s answer cannot be read: check it at the gateway',
          )
          continue
        }
        const undone: Reversal = {
          guid,
          answer,
          tenant: row.tenant_id,
          gateway: row.gateway,
          idempotencyKey: row.attempt_key,
          order: { amountMinor: row.amount_minor, currency: row.currency },
          reason: row.reason,
        }
        void finish(undone, row.kind)
      }
    },
    /** Lets nobody wait for the next try. */
    close(): void {
      for (const done of waiting) done()
    },
  }
}

/** `undefined` where it is not what was written. */
function answerIn(json: string | null): Reversal['answer'] | undefined {
  try {
    return JSON.parse(json ?? '') as Reversal['answer']
  } catch {
    return undefined
  }
}

const keyOf = ({ idempotencyKey }: Reversal, kind: FollowUpKind): string => `${idempotencyKey}-${kind}`

const sumOf = ({ answer, order }: Reversal): Money => answer.amount ?? order
