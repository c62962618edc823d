import type { Guid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import { isSameDigest } from '../../base/signing/same-secret.ts'
import type { StoreParts } from '../../store/parts.ts'
import { sealedColumn } from '../../store/reseal.ts'
import type { Connection } from '../../store/store.ts'
import { StoreUnavailable } from '../../store/store-unavailable.ts'
import { idempotencyMilliseconds } from '../retention.ts'
import { prepareIdempotencyRows } from './idempotency-rows.ts'

/** An answer as it goes to the caller, byte for byte. */
export interface KeptAnswer {
  readonly status: number
  readonly mediaType: string
  readonly body: string
}

/** A request with an `Idempotency-Key`. */
export interface KeyedRequest {
  /** Whose key it is: nobody else's is the same. */
  readonly sender: string
  readonly key: string
  /** The first is kept; the others are what former keys make of the same request. */
  readonly fingerprints: readonly [Buffer, ...Buffer[]]
}

/** The session that a key stands for, or the operation on a payment. */
export interface NamedSession {
  readonly sessionGuid: Guid
  /** Whether it was asked for before, and may be there. */
  readonly isKnown: boolean
}

/** Keeps the answer in the transaction that also writes what it speaks of: both are there, or neither. */
export type Remember = (transaction: Connection, answer: KeptAnswer) => Promise<void>

/** After so long without an answer the first request is believed to have died with its process. */
const runningMilliseconds = 60_000

/**
 * The first answer to a key is the answer to every later request with it, for 24 hours, success or error
 * (contract/payment-api §6, draft-ietf-httpapi-idempotency-key-header). An error that says nothing about the
 * request (401, 429, ours) is not kept, so that the same key may be tried again. It then stands for the same session as
 * before where that may have been launched in another process, and for a new one otherwise.
 */
export function createIdempotency({
  store,
  clock,
  newGuid,
  sealer,
}: Pick<StoreParts, 'store' | 'newGuid' | 'clock' | 'sealer'>) {
  const statements = prepareIdempotencyRows(store)
  const { release, isStopped } = createRelease({ store, clock, statements })

  /**
   * Claims the key for this request, or finds the answer to its first one, or why there is none. A problem is not thrown
   * here, which would have the operations that share the transaction done again.
   */
  function claim(request: KeyedRequest): Promise<KeptAnswer | Claimed | Problem> {
    const { sender, key, fingerprints } = request
    const [fingerprint] = fingerprints
    return store.write(async (tx) => {
      const now = clock.now()
      const claimed = { runningUntil: now + runningMilliseconds, sessionGuid: newGuid(), isKnown: false }
      const values = { sender, key, fingerprint, ...claimed, expiresAt: now + idempotencyMilliseconds }
      if ((await statements.take.run(tx, { ...values, now })) === 1) return claimed
      const row = await statements.find.first(tx, { sender, key })
      if (!row) return stillRunning()
      if (!fingerprints.some((each) => isSameDigest(row.fingerprint, each))) {
        return new Problem(
          'idempotency-mismatch',
          'This Idempotency-Key was already used for a different request. Use a new one.',
        )
      }
      if (row.sealed_answer) return JSON.parse(sealer.open(purposeOf(request), row.sealed_answer).toString())
      const isRunning = row.running_until !== null && row.running_until > now
      if (isRunning && !isStopped(row)) return stillRunning()
      const { session_guid: sessionGuid } = row
      const isKnown = sessionGuid !== null && (await mayBeThere(statements, tx, sessionGuid))
      const next = isKnown ? { ...claimed, sessionGuid, isKnown } : claimed
      await statements.claim.run(tx, { sender, key, ...next })
      return next
    })
  }

  return {
    /**
     * @param operation calls `remember` in its own transaction; what it throws is turned into an answer, and
     *   kept when it speaks of the request.
     * @param answerTo turns a problem into the answer that its caller sees.
     * @throws {Problem} `idempotency-mismatch`, `idempotency-in-progress`, and what was not kept.
     */
    async answerOnce(
      request: KeyedRequest,
      operation: (remember: Remember, session: NamedSession) => Promise<KeptAnswer>,
      answerTo: (problem: Problem) => KeptAnswer,
    ): Promise<KeptAnswer> {
      const claimed = await claim(request)
      if (claimed instanceof Problem) throw claimed
      if ('body' in claimed) return claimed
      const { sender, key } = request
      const { runningUntil } = claimed
      const remember: Remember = async (tx, answer) => {
        const sealed = sealer.seal(purposeOf(request), Buffer.from(JSON.stringify(answer)))
        const kept = await statements.keep.run(tx, { sender, key, runningUntil, sealed })
        if (kept === 0) throw stillRunning()
      }
      try {
        const answer = await operation(remember, claimed)
        if (answer.status === notKnownYet)
          await release({ sender, key, runningUntil, sessionGuid: claimed.sessionGuid })
        return answer
      } catch (error) {
        if (!speaksOfTheRequest(error)) {
          await release({ sender, key, runningUntil, sessionGuid: claimed.sessionGuid })
          throw error
        }
        const answer = answerTo(error)
        await store.write((tx) => remember(tx, answer))
        return answer
      }
    },
  }
}

/** The end of requests that nothing is kept of. */
function createRelease({
  store,
  clock,
  statements,
}: Pick<StoreParts, 'store' | 'clock'> & { readonly statements: ReturnType<typeof prepareIdempotencyRows> }) {
  /** Sessions of requests that have failed, while the row that says that they run could not be written: until when it does. */
  const stopped = new Map<string, number>()

  function writeReleased(claimed: Released): Promise<unknown> {
    return store.write(async (tx) => {
      const before =
        (await statements.launch.first(tx, claimed)) ?? (await statements.operation.first(tx, claimed))
      await (before ? statements.stop : statements.release).run(tx, claimed)
    })
  }

  return {
    /** The key may be used again at once, be the disk full or not; it goes on standing for a session that may be there. */
    async release(claimed: Released): Promise<void> {
      try {
        await writeReleased(claimed)
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error
        const now = clock.now()
        for (const [guid, until] of stopped) if (until <= now) stopped.delete(guid)
        stopped.set(claimed.sessionGuid, claimed.runningUntil)
      }
    },
    isStopped: ({
      session_guid,
      running_until,
    }: {
      session_guid: string | null
      running_until: number | null
    }) => running_until !== null && stopped.get(session_guid ?? '') === running_until,
  }
}

/**
 * Whether a session that was launched in another process may be there, or has been taken up since; or an operation on a
 * payment is under way.
 */
async function mayBeThere(
  { launch: find, operation }: Pick<ReturnType<typeof prepareIdempotencyRows>, 'launch' | 'operation'>,
  tx: Connection,
  sessionGuid: Guid,
): Promise<boolean> {
  const launch = await find.first(tx, { sessionGuid })
  if (launch) return launch.state === 'adopted' || launch.follow === 'ask'
  return (await operation.first(tx, { sessionGuid })) !== undefined
}

/** Accepted: the same request, sent again, finds out what came of it, so that this answer is not kept. */
const notKnownYet = 202

type Claimed = NamedSession & { readonly runningUntil: number }

type Released = { readonly sender: string; readonly key: string } & Omit<Claimed, 'isKnown'>

const purposeOf = ({ sender, key }: Pick<KeyedRequest, 'sender' | 'key'>) =>
  `idempotent answer ${sender} ${key}`

/** The first answers to requests with an `Idempotency-Key`. */
export const sealedAnswers = sealedColumn({
  what: 'idempotent answers',
  table: 'idempotent_request',
  column: 'sealed_answer',
  key: ['sender', 'key'],
  purposes: ({ sender, key }) => [purposeOf({ sender: String(sender), key: String(key) })],
})

export type Idempotency = ReturnType<typeof createIdempotency>

const stillRunning = () =>
  new Problem(
    'idempotency-in-progress',
    'The first request with this Idempotency-Key is still running. Try again shortly.',
  )

function speaksOfTheRequest(error: unknown): error is Problem {
  if (!(error instanceof Problem) || error.code === 'idempotency-in-progress') return false
  return error.status < 500 && error.status !== 401 && error.status !== 429
}
