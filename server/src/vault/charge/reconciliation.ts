import { inSpanOrTrace } from '../../base/tracing/in-span.ts'
import type { Span } from '../../base/tracing/span.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { Connection } from '../../store/store.ts'
import type { GatewayAnswer } from '../model/gateway.ts'
import type { VaultRows } from '../model/vault-rows.ts'
import type { ChargeAttempt } from './attempt.ts'
import { createReadAttempt } from './read-attempt.ts'
import { untilDurable } from './until-durable.ts'

const firstPause = 30_000
const maxPause = 3_600_000
const maxWatch = 3 * 24 * 3_600_000
/** Begun in one round. */
const maxLooks = 100

type DueRow = Awaited<ReturnType<VaultRows['dueLooks']['all']>>[number]

/** An attempt that this node has taken, as its row says. */
interface Taken {
  readonly attempt: ChargeAttempt
  /** When it was taken: the row says so as long as nothing is told of it meanwhile. */
  readonly at: number
  /** Until when it is looked for, and after how many milliseconds again. */
  readonly until: number
  readonly pause: number
}

export type Reconciliation = ReturnType<typeof createReconciliation>

/**
 * Looks for the outcome of charges that were not answered: 30 seconds after the end of their sessions, then less and less
 * often, at least once an hour, for three days; and at once where the gateway has told that something has happened. When
 * that is, is in the rows: one node looks for each, and another goes on with it when that one has died.
 */
export function createReconciliation(
  parts: Pick<StoreParts, 'store' | 'sealer' | 'clock' | 'log' | 'tracer'> & {
    readonly rows: VaultRows
    readonly closing: AbortSignal
    readonly reconcile: (attempt: ChargeAttempt) => Promise<GatewayAnswer | undefined>
    readonly found: (attempt: ChargeAttempt, answer: GatewayAnswer) => Promise<void>
  },
) {
  const { store, rows, clock, log, reconcile, found } = parts
  const node = store.nodeId
  const readAttempt = createReadAttempt(parts)
  const looking = new Set<string>()
  let closed = false

  async function take(row: DueRow): Promise<Taken | undefined> {
    const at = clock.now()
    const isAfresh = row.next_look_at === null || row.next_look_at === 0
    const pause = isAfresh ? firstPause : (row.look_pause ?? firstPause)
    const until = row.look_until ?? at + maxWatch
    const { idempotency_key, held_by: heldBefore, next_look_at: dueAt } = row
    const taking = { idempotency_key, held_by: node, heldBefore, dueAt, now: at, until, pause }
    if ((await store.write((tx) => rows.takeLook.run(tx, taking))) === 0) return undefined
    return { attempt: readAttempt(row), at, until, pause }
  }

  async function look({ attempt, at, until, pause }: Taken): Promise<void> {
    const answer = await reconcile(attempt)
    if (closed) return
    if (answer) return found(attempt, answer)
    const now = clock.now()
    const again = {
      idempotency_key: attempt.idempotencyKey,
      held_by: node,
      taken: at,
      next: now < until ? now + pause : null,
      pause: Math.min(pause * 2, maxPause),
    }
    await untilDurable(() => store.write((tx) => rows.lookAgain.run(tx, again)), parts)
  }

  async function takeAndLook(row: DueRow, span: Span): Promise<void> {
    const { idempotency_key: key, capture_guid: capture } = row
    looking.add(key)
    try {
      const taken = await take(row)
      if (taken) await look(taken)
    } catch (error) {
      span.failed(error)
      log.error({ err: error, capture }, 'the outcome of a payment could not be looked for')
    } finally {
      looking.delete(key)
    }
  }

  function begin(row: DueRow): void {
    const attributes = { 'tonegate.capture_guid': row.capture_guid }
    void inSpanOrTrace(parts.tracer, 'look for outcome', { attributes }, (span) => takeAndLook(row, span))
  }

  return {
    /** A session ends without an answer: its outcome is looked for from then on. */
    watch(tx: Connection, { idempotencyKey }: ChargeAttempt): Promise<number> {
      const now = clock.now()
      const first = now + firstPause
      const until = now + maxWatch
      return rows.lookLater.run(tx, {
        ...{ idempotency_key: idempotencyKey, held_by: node, pause: firstPause },
        ...{ first, until },
      })
    },
    /** Begins to look for those that are due. */
    async sweep(): Promise<void> {
      if (closed) return
      const most = maxLooks + looking.size
      const due = await rows.dueLooks.all(store.reader, { node, now: clock.now(), most })
      for (const row of due) if (!looking.has(row.idempotency_key)) begin(row)
    },
    close(): void {
      closed = true
    },
  }
}
