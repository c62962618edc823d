import type { Sealer } from '../base/seal.ts'
import { sealedColumn } from '../store/reseal.ts'
import type { Challenge } from './gateway.ts'

/** The fields that a customer was sent to their bank with: what comes back is held against them. */
export type ChallengeFields = Challenge['fields']

const purposeOf = (idempotencyKey: unknown) => `challenge ${idempotencyKey}`

export const sealChallenge = (sealer: Sealer, idempotencyKey: string, fields: ChallengeFields): Buffer =>
  sealer.seal(purposeOf(idempotencyKey), Buffer.from(JSON.stringify(fields)))

/** @throws {Error} when they were sealed under another key or for another attempt. */
export const openChallenge = (sealer: Sealer, idempotencyKey: string, sealed: Uint8Array): ChallengeFields =>
  JSON.parse(sealer.open(purposeOf(idempotencyKey), sealed).toString()) as ChallengeFields

/** The fields of customers who are at their banks. */
export const sealedChallenges = sealedColumn({
  ...{
    what: 'bank challenges',
    table: 'charge_attempt',
    key: ['idempotency_key'],
    column: 'sealed_challenge',
  },
  purposes: ({ idempotency_key }) => [purposeOf(idempotency_key)],
})
