import type { JWK } from 'jose'
import type { Log } from '../../base/log.ts'
import { addDueSuccessors, type KeyLifetimes } from './rotate-keys.ts'
import {
  openKey,
  openSigningKeys,
  type SigningAlgorithm,
  type SigningKey,
  type SigningKeyParts,
} from './signing-keys.ts'
import { type KeyTimes, prepareStoredKeys, type StoredKey } from './stored-keys.ts'

/** A region's signing keys, as they are at the moment. What another process has changed is known in a second. */
export interface Keyring {
  /** The key that signs. */
  signing(): SigningKey
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
  /** Stops following, and resolves when nothing of it is under way. */
  close(): Promise<void>
}

/** What another process does is to be known here within a second. */
const readEveryMilliseconds = 900

/**
 * Opens a region's keyring; at the first start its keys are made. It reads the store again and again, publishes
 * a successor when a key has reached its age, and removes keys whose last token has expired.
 *
 * @throws {Error} when a key does not open, or is not one that may be used.
 */
export async function createKeyring({
  log,
  algorithm,
  ...parts
}: SigningKeyParts &
  KeyLifetimes & { readonly log: Log; readonly algorithm: SigningAlgorithm }): Promise<OpenKeyring> {
  const { store, clock } = parts
  const stored = prepareStoredKeys(store)
  const opened = await openSigningKeys(parts)
  const unusable = new Set<string>()
  let rows: readonly StoredKey[] = []
  let keys: ReadonlyMap<string, SigningKey> = new Map(opened.map((key) => [key.kid, key]))
  let view = await readAll()
  let generation = 0
  let following: Promise<void> | undefined

  /** A key that does not open is left out rather than kept: that others were removed must not wait for it. */
  function openOrLeaveOut(row: StoredKey): SigningKey | undefined {
    if (unusable.has(row.kid)) return undefined
    try {
      return openKey(row, parts)
    } catch (error) {
      unusable.add(row.kid)
      log.error({ err: error, kid: row.kid }, 'a signing key cannot be used')
      return undefined
    }
  }

  async function readAll(): Promise<View> {
    rows = await stored.all()
    const usable = rows.flatMap((row) => keys.get(row.kid) ?? openOrLeaveOut(row) ?? [])
    keys = new Map(usable.map((key) => [key.kid, key]))
    return viewAt(clock.now(), { rows, keys, algorithm })
  }

  function show(next: View): void {
    const removed = [...view.accepted.keys()].filter((kid) => !next.accepted.has(kid))
    const added = [...next.accepted.keys()].filter((kid) => !view.accepted.has(kid))
    if (removed.length > 0) generation += 1
    if (removed.length + added.length > 0) log.info({ added, removed }, 'the signing keys have changed')
    if (next.signing?.kid !== view.signing?.kid) log.info({ kid: next.signing?.kid }, 'another key signs')
    view = next
  }

  function current(): View {
    if (clock.now() >= view.until) show(viewAt(clock.now(), { rows, keys, algorithm }))
    return view
  }

  async function followStore(): Promise<void> {
    if (!isSame(rows, await stored.times())) show(await readAll())
    const changed = (await addDueSuccessors(rows, parts)) || (await removeExpired())
    if (changed) show(await readAll())
  }

  async function removeExpired(): Promise<boolean> {
    const now = clock.now()
    if (!rows.some(({ removed_from }) => removed_from !== null && removed_from <= now)) return false
    await stored.removeExpired(now)
    await store.scrub()
    return true
  }

  const stop = clock.every(readEveryMilliseconds, () => {
    following ??= followStore()
      .catch((error: unknown) => log.error({ err: error }, 'the signing keys could not be read'))
      .finally(() => {
        following = undefined
      })
  })

  return {
    signing() {
      const { signing } = current()
      if (signing === undefined) throw new Error(`There is no signing key for ${algorithm}.`)
      return signing
    },
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

/** What is so from one moment until another. */
interface View {
  readonly signing: SigningKey | undefined
  readonly accepted: ReadonlyMap<string, SigningKey>
  readonly published: readonly JWK[]
  /** Milliseconds since the epoch. */
  readonly until: number
}

/** The newest of those whose time has come signs; where no time has come (clocks differ), the first to come. */
function viewAt(
  now: number,
  {
    rows,
    keys,
    algorithm,
  }: {
    /** The newest first. */
    readonly rows: readonly StoredKey[]
    readonly keys: ReadonlyMap<string, SigningKey>
    readonly algorithm: SigningAlgorithm
  },
): View {
  const accepted = rows.flatMap(({ kid, signs_from, removed_from }) => {
    const key = keys.get(kid)
    return key && (removed_from === null || removed_from > now) ? [{ key, signs_from }] : []
  })
  const candidates = accepted.filter(({ key }) => key.algorithm === algorithm)
  const signing = candidates.find(({ signs_from }) => signs_from <= now) ?? candidates.at(-1)
  const times = rows.flatMap(({ signs_from, removed_from }) => [signs_from, removed_from ?? 0])
  return {
    signing: signing?.key,
    accepted: new Map(accepted.map(({ key }) => [key.kid, key])),
    published: accepted.map(({ key }) => key.publicJwk),
    until: Math.min(...times.filter((time) => time > now)),
  }
}

function isSame(known: readonly KeyTimes[], read: readonly KeyTimes[]): boolean {
  return (
    known.length === read.length &&
    known.every((row, index) => {
      const other = read[index]
      return (
        row.kid === other?.kid &&
        row.signs_from === other.signs_from &&
        row.removed_from === other.removed_from
      )
    })
  )
}
