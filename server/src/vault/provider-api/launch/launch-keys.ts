import { createHmac } from 'node:crypto'
import { Problem } from '../../../base/problem.ts'
import { holdsCardNumber } from '../../../base/redaction/find-card-number.ts'
import type { Sealer } from '../../../base/seal.ts'
import { isSameDigest } from '../../../base/signing/same-secret.ts'
import { stringifyAsWritten } from '../../../base/text/json-numbers.ts'
import type { StoreParts } from '../../../store/parts.ts'
import type { RemoveBatch } from '../../../store/removal.ts'
import { sealedColumn } from '../../../store/reseal.ts'
import type { Connection } from '../../../store/store.ts'
import { noFingerprint, prepareLaunchKeyRows } from './launch-key-rows.ts'

const day = 24 * 3_600_000
/** A key is answered alike for a day. */
const answeredMilliseconds = day
/** What was launched under it can be called off for longer than a link is good. */
const callOffMilliseconds = 7 * day

/** A launch is over after so long, or its process was killed. */
const underWayMilliseconds = 30_000
/** A launch under way in another process is looked at so often. */
const lookMilliseconds = 250

/** Kept in the place of an answer. */
const calledOff = { CalledOff: true } as const
const underWay = { UnderWay: true } as const

/** A launch with a key, as its client sent it. */
export interface KeyedLaunch {
  readonly clientId: string
  readonly key: string
  readonly path: string
  readonly body: unknown
}

/** Whoever has it launches under a key, and nobody else. */
export interface LaunchClaim extends Pick<KeyedLaunch, 'clientId' | 'key'> {
  /** Milliseconds since the epoch: then anybody may launch under it. */
  readonly until: number
}

const answerTo = (clientId: string, key: string) => `provider launch ${clientId} ${key}`

export type LaunchKeys = ReturnType<typeof createLaunchKeys>

/** What answers are sealed as. */
export const sealedLaunchAnswers = sealedColumn({
  what: 'answers to launches',
  table: 'provider_launch_key',
  column: 'sealed_answer',
  key: ['client_id', 'idempotency_key'],
  purposes: (row) => [answerTo(String(row.client_id), String(row.idempotency_key))],
})

/** What of a launch is in its row: a digest of the request, and the sealed answer. */
function createLaunchSeal(sealer: Sealer) {
  const secrets = sealer.derivations('provider launch keys')
  const fingerprint = (path: string, body: unknown, secret: Buffer = secrets[0]) =>
    createHmac('sha256', secret)
      .update(`${path}\n${stringifyAsWritten(body)}`)
      .digest()
  return {
    fingerprint,
    isOf: (row: { readonly fingerprint: Uint8Array }, path: string, body: unknown): boolean =>
      secrets.some((secret) => isSameDigest(fingerprint(path, body, secret), row.fingerprint)),
    opened: (clientId: string, key: string, sealed: Uint8Array): object =>
      JSON.parse(sealer.open(answerTo(clientId, key), sealed).toString()),
    sealedAs: (clientId: string, key: string, answer: unknown): Buffer =>
      sealer.seal(answerTo(clientId, key), Buffer.from(JSON.stringify(answer))),
  }
}

/**
 * The answers to launches with an `Idempotency-Key`: the same key from the same client launches nothing more. A key is
 * claimed before anything is launched under it, so that of two servers one launches.
 */
export function createLaunchKeys({ store, sealer, clock }: Pick<StoreParts, 'store' | 'sealer' | 'clock'>) {
  const rows = prepareLaunchKeyRows(store)
  const { fingerprint, isOf, opened, sealedAs } = createLaunchSeal(sealer)

  /** What a key stands for. */
  async function find({ clientId, key, path, body }: KeyedLaunch): Promise<object | undefined> {
    const row = await rows.find.first(store.reader, { clientId, key })
    if (!row) return undefined
    const answer = opened(clientId, key, row.sealed_answer)
    if (isCalledOff(answer)) throw launchCalledOff()
    if (row.expires_at <= clock.now()) return undefined
    if (!isOf(row, path, body)) {
      throw new Problem(
        'idempotency-mismatch',
        'This Idempotency-Key was already used for a different request. Use a new one.',
      )
    }
    return answer
  }

  /** `undefined` where another process has it, or there is an answer. */
  async function claim({ clientId, key, path, body }: KeyedLaunch): Promise<LaunchClaim | undefined> {
    const now = clock.now()
    const until = now + underWayMilliseconds
    const sealed = sealedAs(clientId, key, underWay)
    const row = { clientId, key, sealed, fingerprint: fingerprint(path, body), expiresAt: until, now }
    return (await store.write((tx) => rows.claim.run(tx, row))) === 1 ? { clientId, key, until } : undefined
  }

  return {
    /**
     * The answer of a key, or the right to launch under it. A launch that is under way in another process is waited for.
     *
     * @throws {Problem} `session-ended` when its launch was called off; `idempotency-mismatch` when the key came with
     *   another request.
     */
    async take(launch: KeyedLaunch): Promise<{ readonly answer: object } | { readonly claim: LaunchClaim }> {
      for (;;) {
        const answer = await find(launch)
        if (answer && !isUnderWay(answer)) return { answer }
        const claimed = answer ? undefined : await claim(launch)
        if (claimed) return { claim: claimed }
        if (answer) await new Promise<void>((resolve) => clock.after(lookMilliseconds, resolve))
      }
    },

    /** The session that was launched under a key; when there is none, none ever will be. */
    findOrCallOff(clientId: string, key: string): Promise<string | undefined> {
      const sealed = sealedAs(clientId, key, calledOff)
      const row = {
        clientId,
        key,
        sealed,
        fingerprint: noFingerprint,
        expiresAt: clock.now() + answeredMilliseconds,
      }
      return store.write(async (tx) => {
        while ((await rows.insert.run(tx, row)) === 0) {
          const before = await rows.lock.first(tx, { clientId, key })
          if (!before) continue
          const answer = opened(clientId, key, before.sealed_answer)
          if (isUnderWay(answer)) await rows.replace.run(tx, row)
          return 'Id' in answer ? String(answer.Id) : undefined
        }
        return undefined
      })
    },

    /**
     * Keeps an answer, in the transaction that writes what it speaks of.
     *
     * @throws {Problem} `session-ended` when the launch was called off meanwhile, or took too long.
     */
    async keep(tx: Connection, claim: LaunchClaim, answer: unknown): Promise<void> {
      const sealed = sealedAs(claim.clientId, claim.key, answer)
      const kept = { ...claim, sealed, expiresAt: clock.now() + answeredMilliseconds }
      if ((await rows.keep.run(tx, kept)) === 0) throw launchCalledOff()
    },

    /** Nothing was launched: the key may be used again. */
    release: async (claim: LaunchClaim): Promise<void> =>
      void (await store.write((tx) => rows.release.run(tx, claim))),

    removeOld: ((tx, { now, batchRows }) =>
      rows.removeOld.run(tx, {
        until: now + answeredMilliseconds - callOffMilliseconds,
        batchRows,
      })) satisfies RemoveBatch,
  }
}

/**
 * The value of `Idempotency-Key`, where it was sent: 1 to 255 printable characters.
 *
 * @throws {Problem} `invalid-request`, `card-data-refused`.
 */
export function launchKey(value: string | readonly string[] | undefined): string | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'string' || !/^[\x20-\x7e]{1,255}$/.test(value) || value.trim() === '') {
    throw new Problem('invalid-request', 'Idempotency-Key must have 1 to 255 printable characters.')
  }
  if (holdsCardNumber(value))
    throw new Problem('card-data-refused', 'Idempotency-Key contains a card number.')
  return value.trim()
}

const isCalledOff = (answer: object): boolean => 'CalledOff' in answer

const isUnderWay = (answer: object): boolean => 'UnderWay' in answer

const launchCalledOff = () => new Problem('session-ended', 'This launch was called off.')
