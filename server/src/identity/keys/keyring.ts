import type { JWK } from 'jose'
import type { Log } from '../../base/log.ts'
import type { SigningAlgorithm } from './algorithms.ts'
import { type AlgorithmsInUse, createAlgorithmsInUse, type RegionAlgorithms } from './algorithms.ts'
import { type KeyView, viewAt } from './key-view.ts'
import { addDueSuccessors, type KeyLifetimes, retireUnneeded } from './rotate-keys.ts'
import {
  openKey,
  openSigningKeys,
  provideKey,
  type SigningKey,
  type SigningKeyParts,
} from './signing-keys.ts'
import { type KeyTimes, prepareStoredKeys, type StoredKey } from './stored-keys.ts'

/** A region's signing keys, as they are at the moment. What another process has changed is known in a second. */
export interface Keyring {
  /**
   * The key that signs with an algorithm. It comes at once, without a promise, but for the first time that a client
   * asks for an algorithm: then it is made.
   */
  signing(algorithm: SigningAlgorithm): SigningKey | Promise<SigningKey>
  /** A key whose signatures are accepted. */
  find(kid: string): SigningKey | undefined
  /**
   * What the key set shows (RFC 7517 §5): the keys that sign, will sign, or have signed what is still good. The
   * same array as long as they are the same.
   */
  published(): readonly JWK[]
  /**
   * Rises whenever a key's signatures stop being accepted. Whoever keeps what it has verified reads this number
   * before it verifies, keeps the two together, and verifies anew what has another number than this one.
   */
  generation(): number
}

/** A keyring that follows the store. */
export interface OpenKeyring extends Keyring {
  readonly algorithms: AlgorithmsInUse
  /** Stops following, and resolves when nothing of it is under way. */
  close(): Promise<void>
}

/** What another process does is to be known here within a second. */
const readEveryMilliseconds = 900

/**
 * Opens a region's keyring; at the first start its keys are made: those that sign, and no others, because there are
 * clients that read no key set with a kind of key that they do not know. It reads the store again and again, publishes
 * a successor when a key has reached its age, and removes keys whose last token has expired.
 *
 * @throws {Error} when a key does not open, or is not one that may be used.
 */
export async function createKeyring({
  log,
  defaults,
  ...parts
}: SigningKeyParts &
  KeyLifetimes & { readonly log: Log; readonly defaults: RegionAlgorithms }): Promise<OpenKeyring> {
  const { store, clock } = parts
  const stored = prepareStoredKeys(store)
  const algorithms = createAlgorithmsInUse(defaults, parts)
  await openSigningKeys(parts)
  for (const algorithm of await algorithms.read()) await provideKey(algorithm, parts)
  const opened = await openSigningKeys(parts)
  const openUsable = createOpenUsable(log, parts)
  let rows: readonly StoredKey[] = []
  let keys: ReadonlyMap<string, SigningKey> = new Map(opened.map((key) => [key.kid, key]))
  let view = await readAll()
  let generation = 0
  let following: Promise<void> | undefined
  const removeExpired = createRemoveExpired(stored, parts)

  async function readAll(): Promise<KeyView> {
    rows = await stored.all()
    const usable = rows.flatMap((row) => keys.get(row.kid) ?? openUsable(row) ?? [])
    keys = new Map(usable.map((key) => [key.kid, key]))
    return viewAt(clock.now(), { rows, keys })
  }

  function show(next: KeyView): void {
    if (logChange(log, view, next).hasRemoved) generation += 1
    view = next
  }

  function current(): KeyView {
    if (clock.now() >= view.until) show(viewAt(clock.now(), { rows, keys }))
    return view
  }

  async function followStore(): Promise<void> {
    if (!isSame(rows, await stored.times())) show(await readAll())
    const changed =
      (await retire(rows, algorithms, parts)) ||
      (await addDueSuccessors(rows, parts)) ||
      (await removeExpired(rows))
    if (changed) show(await readAll())
  }

  async function provide(algorithm: SigningAlgorithm): Promise<SigningKey> {
    await provideKey(algorithm, parts)
    show(await readAll())
    const key = view.signing.get(algorithm)
    if (key === undefined) throw new Error(`No signing key for ${algorithm} exists.`)
    return key
  }

  const stop = clock.every(readEveryMilliseconds, () => {
    following ??= followStore()
      .catch((error: unknown) => log.error({ err: error }, 'the signing keys could not be read'))
      .finally(() => {
        following = undefined
      })
  })

  return {
    algorithms,
    signing: (algorithm) => current().signing.get(algorithm) ?? provide(algorithm),
    find: (kid) => current().accepted.get(kid),
    published: () => current().published,
    generation() {
      current()
      return generation
    },
    async close() {
      stop()
      await following
    },
  }
}

/** A key that does not open is left out rather than kept: that others were removed must not wait for it. */
function createOpenUsable(log: Log, parts: SigningKeyParts) {
  const unusable = new Set<string>()
  return (row: StoredKey): SigningKey | undefined => {
    if (unusable.has(row.kid)) return undefined
    try {
      return openKey(row, parts)
    } catch (error) {
      unusable.add(row.kid)
      log.error({ err: error, kid: row.kid }, 'a signing key cannot be used')
      return undefined
    }
  }
}

/** Removes the keys whose last token has expired. */
function createRemoveExpired(
  stored: ReturnType<typeof prepareStoredKeys>,
  { store, clock }: Pick<SigningKeyParts, 'store' | 'clock'>,
) {
  /** What was removed may still be in the files. */
  let scrubDue = false
  return async (rows: readonly StoredKey[]): Promise<boolean> => {
    const now = clock.now()
    const isDue = rows.some(({ removed_from }) => removed_from !== null && removed_from <= now)
    if (isDue) {
      await stored.removeExpired(now)
      scrubDue = true
    }
    if (scrubDue) await store.scrub()
    scrubDue = false
    return isDue
  }
}

/** What clients have set is looked at only where it matters. */
async function retire(
  rows: readonly StoredKey[],
  algorithms: AlgorithmsInUse,
  parts: SigningKeyParts & KeyLifetimes,
): Promise<boolean> {
  const mayBeUnneeded = rows.some(
    (row) => row.removed_from === null && !algorithms.ofRegion.has(row.algorithm),
  )
  return mayBeUnneeded && retireUnneeded(rows, await algorithms.read(), parts)
}

function logChange(log: Log, before: KeyView, next: KeyView): { readonly hasRemoved: boolean } {
  const removed = [...before.accepted.keys()].filter((kid) => !next.accepted.has(kid))
  const added = [...next.accepted.keys()].filter((kid) => !before.accepted.has(kid))
  if (removed.length + added.length > 0) log.info({ added, removed }, 'the signing keys have changed')
  for (const [algorithm, { kid }] of next.signing) {
    const former = before.signing.get(algorithm)
    if (former !== undefined && former.kid !== kid)
      log.info({ kid, algorithm }, 'a new signing key is now in use')
  }
  return { hasRemoved: removed.length > 0 }
}

function isSame(known: readonly KeyTimes[], read: readonly KeyTimes[]): boolean {
  return (
    known.length === read.length &&
    known.every((row, index) => {
      const other = read[index]
      return (
        row.kid === other?.kid &&
        row.signs_from === other.signs_from &&
        row.removed_from === other.removed_from &&
        row.published === other.published
      )
    })
  )
}
