import { createHmac } from 'node:crypto'
import { Problem } from '../../../base/problem.ts'
import { holdsCardNumber } from '../../../base/redaction/find-card-number.ts'
import { isSameDigest } from '../../../base/signing/same-secret.ts'
import { stringifyAsWritten } from '../../../base/text/json-numbers.ts'
import type { StoreParts } from '../../../store/parts.ts'
import { prepareDeleteDue, type RemoveBatch } from '../../../store/removal.ts'
import { sealedColumn } from '../../../store/reseal.ts'
import type { Connection, Store } from '../../../store/store.ts'

const day = 24 * 3_600_000
/** A key is answered alike for a day. */
const answeredMilliseconds = day
/** What was launched under it can be called off for longer than a link is good. */
const keptMilliseconds = 7 * day

/** Kept in the place of an answer. */
const calledOff = { CalledOff: true } as const

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

/** The answers to launches with an `Idempotency-Key`: the same key from the same client launches nothing more. */
export function createLaunchKeys({ store, sealer, clock }: Pick<StoreParts, 'store' | 'sealer' | 'clock'>) {
  const { find, insert, remove, removeOld } = prepareStatements(store)
  const secrets = sealer.derivations('provider launch keys')
  const fingerprint = (path: string, body: unknown, secret: Buffer = secrets[0]) =>
    createHmac('sha256', secret)
      .update(`${path}\n${stringifyAsWritten(body)}`)
      .digest()
  const isOf = (row: { readonly fingerprint: Uint8Array }, path: string, body: unknown): boolean =>
    secrets.some((secret) => isSameDigest(fingerprint(path, body, secret), row.fingerprint))

  const opened = (clientId: string, key: string, sealed: Uint8Array): object =>
    JSON.parse(sealer.open(answerTo(clientId, key), sealed).toString())

  return {
    /**
     * @throws {Problem} `session-ended` when its launch was called off; `idempotency-mismatch` when the key came with
     *   another request.
     */
    async find(clientId: string, key: string, path: string, body: unknown): Promise<unknown> {
      const row = await find.first(store.reader, { clientId, key })
      if (!row) return undefined
      const answer = opened(clientId, key, row.sealed_answer)
      if (isCalledOff(answer)) throw new Problem('session-ended', 'This launch was called off.')
      if (row.expires_at <= clock.now()) return undefined
      if (!isOf(row, path, body)) {
        throw new Problem(
          'idempotency-mismatch',
          'This Idempotency-Key was already used for a different request. Use a new one.',
        )
      }
      return answer
    },

    /** The session that was launched under a key; when there is none, none ever will be. */
    async findOrCallOff(clientId: string, key: string): Promise<string | undefined> {
      return store.write(async (tx) => {
        const row = await find.first(tx, { clientId, key })
        const answer = row && opened(clientId, key, row.sealed_answer)
        if (answer && !isCalledOff(answer)) return (answer as { readonly Id: string }).Id
        if (!answer) {
          await insert.run(tx, {
            clientId,
            key,
            fingerprint: Buffer.alloc(32),
            expiresAt: clock.now() + answeredMilliseconds,
            sealed: sealer.seal(answerTo(clientId, key), Buffer.from(JSON.stringify(calledOff))),
          })
        }
        return undefined
      })
    },

    /** Keeps an answer, in the transaction that writes what it speaks of. */
    async keep(
      tx: Connection,
      { clientId, key, path, body }: { clientId: string; key: string; path: string; body: unknown },
      answer: unknown,
    ): Promise<void> {
      const sealed = sealer.seal(answerTo(clientId, key), Buffer.from(JSON.stringify(answer)))
      await remove.run(tx, { clientId, key })
      await insert.run(tx, {
        clientId,
        key,
        sealed,
        fingerprint: fingerprint(path, body),
        expiresAt: clock.now() + answeredMilliseconds,
      })
    },

    removeOld: ((tx, { now, batchRows }) =>
      removeOld.run(tx, {
        until: now + answeredMilliseconds - keptMilliseconds,
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

function prepareStatements(store: Store) {
  interface Key {
    clientId: string
    key: string
  }
  return {
    find: store.prepare((db, p: Key) =>
      db
        .selectFrom('provider_launch_key')
        .selectAll()
        .where('client_id', '=', p.clientId)
        .where('idempotency_key', '=', p.key),
    ),
    insert: store.prepare((db, p: Key & { fingerprint: Uint8Array; sealed: Uint8Array; expiresAt: number }) =>
      db.insertInto('provider_launch_key').values({
        client_id: p.clientId,
        idempotency_key: p.key,
        fingerprint: p.fingerprint,
        sealed_answer: p.sealed,
        expires_at: p.expiresAt,
      }),
    ),
    remove: store.prepare((db, p: Key) =>
      db
        .deleteFrom('provider_launch_key')
        .where('client_id', '=', p.clientId)
        .where('idempotency_key', '=', p.key),
    ),
    removeOld: prepareDeleteDue(store, {
      from: 'provider_launch_key',
      key: ['client_id', 'idempotency_key'],
      due: 'expires_at',
    }),
  }
}
