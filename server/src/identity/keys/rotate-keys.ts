import { prepareRecord } from '../../audit/record.ts'
import type { Connection } from '../../store/store.ts'
import type { SigningAlgorithm } from './algorithms.ts'
import { signingAlgorithms } from './algorithms.ts'
import { makeKey, openSigningKeys, type SigningKeyParts, signsWith, unseal } from './signing-keys.ts'
import { prepareStoredKeys, type StoredKey, type StoredPair } from './stored-keys.ts'

/** How long whoever has read the key set may use it without asking again: `Cache-Control` of its answer. */
export const keySetSeconds = 300

/**
 * How long a key is published before it signs: twice the time that a key set is kept for, so that no resource
 * server sees a token before the key, and as long as jose's remote key sets, which ask no oftener, keep theirs.
 */
export const successorLeadMilliseconds = 2 * keySetSeconds * 1000

/**
 * How much longer than its last token a key stays: the clock of another node may be behind by so much, or it may
 * have noticed so late that the successor signs.
 */
export const removalLeewayMilliseconds = 60_000

const dayMilliseconds = 24 * 60 * 60 * 1000

/** What follows from how long tokens are good for, and keys sign. */
export interface KeyLifetimes {
  /** Of access tokens and ID tokens, which live as long. */
  readonly tokenLifetimeSeconds: number
  readonly keyRotationDays: number
}

/** A key that was made, and from when it signs, in milliseconds since the epoch. */
export interface RotatedKey {
  readonly kid: string
  readonly algorithm: SigningAlgorithm
  readonly signsFrom: number
}

/**
 * Rotates a region's signing keys by command, whether or not a server runs on the same store: one that does
 * notices within a second.
 *
 * @param compromised false: a new key of each algorithm that signs is published, and signs ten minutes later; the old one
 *   is accepted until its last token has expired. True: somebody else may have the old keys, so they are removed
 *   at once with every token that they signed, and the new ones sign at once.
 * @throws {Error} when the keys there are were sealed under another key: a server could not open the new ones.
 */
export async function rotateKeys({
  tokenLifetimeSeconds,
  compromised,
  ...parts
}: SigningKeyParts &
  Pick<KeyLifetimes, 'tokenLifetimeSeconds'> & {
    readonly compromised: boolean
  }): Promise<readonly RotatedKey[]> {
  return compromised ? replaceAllKeys(parts) : addSuccessors(parts, tokenLifetimeSeconds)
}

/** A key that is too weak to be used is no hindrance: this is the way to be rid of it. */
async function replaceAllKeys(parts: SigningKeyParts): Promise<readonly RotatedKey[]> {
  const stored = prepareStoredKeys(parts.store)
  const rows = await stored.all()
  for (const row of rows) unseal(row, parts).fill(0)
  const pairs = await makePairs(rows, parts)
  const now = parts.clock.now()
  await stored.replaceAll(pairs, now, recordRotation(parts, pairs, 'compromised'))
  await parts.store.scrub()
  return pairs.map(({ kid, algorithm }) => ({ kid, algorithm, signsFrom: now }))
}

/** One for each algorithm that signs. */
export const makePairs = (rows: readonly StoredKey[], parts: SigningKeyParts) =>
  Promise.all(
    signingAlgorithms
      .filter((algorithm) => signsWith(algorithm, rows))
      .map((algorithm) => makeKey(algorithm, parts)),
  )

/** A successor for the newest key of each algorithm. */
async function addSuccessors(
  parts: SigningKeyParts,
  tokenLifetimeSeconds: number,
): Promise<readonly RotatedKey[]> {
  const stored = prepareStoredKeys(parts.store)
  await openSigningKeys(parts)
  const pairs = await makePairs(await stored.all(), parts)
  const times = successorTimes(parts.clock.now(), tokenLifetimeSeconds)
  for (const pair of pairs) {
    await stored.addSuccessor({ pair, predecessor: null, ...times }, recordRotation(parts, [pair]))
  }
  return pairs.map(({ kid, algorithm }) => ({ kid, algorithm, signsFrom: times.signs_from }))
}

/**
 * Publishes a successor for each key that has reached its age. Of several nodes that see it at once, one does.
 *
 * @param rows the keys there are.
 * @returns whether one was due.
 */
export async function addDueSuccessors(
  rows: readonly StoredKey[],
  { tokenLifetimeSeconds, keyRotationDays, ...parts }: SigningKeyParts & KeyLifetimes,
): Promise<boolean> {
  const now = parts.clock.now()
  const due = rows.filter(
    ({ created_at, removed_from }) =>
      removed_from === null && created_at + keyRotationDays * dayMilliseconds <= now,
  )
  if (due.length === 0) return false
  const stored = prepareStoredKeys(parts.store)
  for (const { kid, algorithm } of due) {
    const pair = await makeKey(algorithm, parts)
    const successor = { pair, predecessor: kid, ...successorTimes(now, tokenLifetimeSeconds) }
    await stored.addSuccessor(successor, recordRotation(parts, [pair]))
  }
  return true
}

/**
 * Ends the algorithms that nothing is signed with any more; their keys stay until the last token has expired.
 *
 * @param needed what is signed with.
 * @returns whether there was one.
 */
export async function retireUnneeded(
  rows: readonly StoredKey[],
  needed: ReadonlySet<SigningAlgorithm>,
  { tokenLifetimeSeconds, store, clock }: SigningKeyParts & KeyLifetimes,
): Promise<boolean> {
  const unneeded = rows.filter(
    ({ algorithm, removed_from }) => removed_from === null && !needed.has(algorithm),
  )
  const stored = prepareStoredKeys(store)
  for (const { kid } of unneeded) await stored.retire(kid, lastTokenOf(clock.now(), tokenLifetimeSeconds))
  return unneeded.length > 0
}

/** What writes down that keys were made to follow others. */
function recordRotation(
  parts: SigningKeyParts,
  pairs: readonly StoredPair[],
  compromised?: 'compromised',
): (tx: Connection) => Promise<unknown> {
  const record = prepareRecord(parts)
  return (tx) =>
    record(tx, {
      action: 'signing-key.rotate',
      target: { kind: 'signing-keys', id: pairs.map(({ algorithm }) => algorithm).join(' ') },
      account: null,
      details: { keys: pairs.map(({ kid }) => kid), ...(compromised && { compromised: true }) },
    })
}

function successorTimes(now: number, tokenLifetimeSeconds: number) {
  const signs_from = now + successorLeadMilliseconds
  return {
    created_at: now,
    signs_from,
    predecessor_removed_from: lastTokenOf(signs_from, tokenLifetimeSeconds),
  }
}

/** When what a key has signed is good no more, if it has signed until a moment. */
const lastTokenOf = (signedUntil: number, tokenLifetimeSeconds: number): number =>
  signedUntil + tokenLifetimeSeconds * 1000 + removalLeewayMilliseconds
