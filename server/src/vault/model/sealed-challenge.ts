import type { Sealer } from '../../base/seal.ts'
import { sealedColumn } from '../../store/reseal.ts'
import type { Challenge } from './gateway.ts'

/** The fields that a customer was sent to their bank with: what comes back is held against them. */
export type ChallengeFields = Challenge['fields']

/** A customer's way to their bank, and back. */
export interface BankVisit {
  readonly fields: ChallengeFields
  /** What the customer came back with; from then on the gateway may have been told. */
  readonly cameBack?: Readonly<Record<string, string>>
}

const purposeOf = (idempotencyKey: unknown) => `challenge ${idempotencyKey}`

export const sealVisit = (sealer: Sealer, idempotencyKey: string, { fields, cameBack }: BankVisit): Buffer =>
  sealer.seal(purposeOf(idempotencyKey), Buffer.from(JSON.stringify({ fields, cameBack })))

/**
 * An older version sealed the fields alone: all of them are texts.
 *
 * @throws {Error} when it was sealed under another key or for another attempt.
 */
export function openVisit(sealer: Sealer, idempotencyKey: string, sealed: Uint8Array): BankVisit {
  const opened = JSON.parse(sealer.open(purposeOf(idempotencyKey), sealed).toString()) as
    | BankVisit
    | ChallengeFields
  return typeof opened.fields === 'object' ? (opened as BankVisit) : { fields: opened as ChallengeFields }
}

/** The fields of customers who are at their banks. */
export const sealedChallenges = sealedColumn({
  what: 'bank challenges',
  table: 'charge_attempt',
  key: ['idempotency_key'],
  column: 'sealed_challenge',
  purposes: ({ idempotency_key }) => [purposeOf(idempotency_key)],
})
