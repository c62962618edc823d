import type { JWK } from 'jose'
import { type SigningAlgorithm, signingAlgorithms } from './algorithms.ts'
import { type SigningKey, signsWith } from './signing-keys.ts'
import type { StoredKey } from './stored-keys.ts'

/** What is so from one moment until another. */
export interface KeyView {
  readonly signing: ReadonlyMap<SigningAlgorithm, SigningKey>
  readonly accepted: ReadonlyMap<string, SigningKey>
  readonly published: readonly JWK[]
  /** Milliseconds since the epoch. */
  readonly until: number
}

/** @param now milliseconds since the epoch. */
export function viewAt(
  now: number,
  {
    rows,
    keys,
  }: {
    /** The newest first. */
    readonly rows: readonly StoredKey[]
    readonly keys: ReadonlyMap<string, SigningKey>
  },
): KeyView {
  const accepted = rows.flatMap((row) => {
    const key = keys.get(row.kid)
    return key && (row.removed_from === null || row.removed_from > now) ? [{ ...row, key }] : []
  })
  const signing = signingAlgorithms
    .filter((algorithm) => signsWith(algorithm, rows))
    .flatMap((algorithm) => signingKey(algorithm, accepted, now) ?? [])
  const times = rows.flatMap(({ signs_from, removed_from }) => [signs_from, removed_from ?? 0])
  return {
    signing: new Map(signing.map((key) => [key.algorithm, key])),
    accepted: new Map(accepted.map(({ key }) => [key.kid, key])),
    published: accepted.filter(({ published }) => published === 1).map(({ key }) => key.publicJwk),
    until: Math.min(...times.filter((time) => time > now)),
  }
}

/** The newest of those whose time has come signs; where no time has come (clocks differ), the first to come. */
function signingKey(
  algorithm: SigningAlgorithm,
  accepted: readonly (StoredKey & { readonly key: SigningKey })[],
  now: number,
): SigningKey | undefined {
  const candidates = accepted.filter((each) => each.algorithm === algorithm)
  return (candidates.find(({ signs_from }) => signs_from <= now) ?? candidates.at(-1))?.key
}
