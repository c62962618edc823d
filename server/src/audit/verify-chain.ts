import { canonicalJson, type Json } from './canonical-json.ts'
import { beginning, type ChainEnd } from './chain-ends.ts'
import { hashOf } from './link-entries.ts'

/** An entry, and the hash that it is said to have. */
export interface ClaimedEntry {
  /** In JSON, without the hash. */
  readonly text: string
  /** In hexadecimal. */
  readonly hash: string
  /** Where the store has it; has to be what the entry says. */
  readonly position?: number
  /** Milliseconds since the epoch; the same. */
  readonly at?: number
}

/** What is wrong, and where. */
export interface ChainFault {
  readonly position: number
  readonly fault: string
}

export interface VerifiedChain {
  readonly entries: number
  /** The last entry; what comes before the first where there is none. */
  readonly end: ChainEnd
  /** The first {@link maxFaults} of them. */
  readonly faults: readonly ChainFault[]
  readonly faultCount: number
}

export const maxFaults = 20

/**
 * Follows a chain from its beginning to its end. An entry that was changed has another hash; of one that was left out, added
 * or exchanged, positions and hashes of the neighbours say so. Goes on behind a fault, from what is there.
 *
 * @param from what the first entry has to follow; `undefined`: whatever it says that it follows, as in a file that does not
 *   begin at the beginning.
 * @param known an entry that has to be there, as somebody has written it down elsewhere.
 */
export async function verifyChain(
  entries: AsyncIterable<ClaimedEntry> | Iterable<ClaimedEntry>,
  { from, known }: { readonly from: ChainEnd | undefined; readonly known?: ChainEnd | undefined },
): Promise<VerifiedChain> {
  const faults: ChainFault[] = []
  const watched = watchFor(known)
  let faultCount = 0
  let count = 0
  let before = from
  const found = ({ position, fault }: ChainFault) => {
    faultCount += 1
    if (faults.length < maxFaults) faults.push({ position, fault })
  }
  for await (const claimed of entries) {
    count += 1
    const read = readEntry(claimed.text)
    const position = claimed.position ?? read?.position ?? (before?.position ?? 0) + 1
    for (const fault of faultsOf(claimed, read, position, before)) found({ position, fault })
    before = { position, hash: claimed.hash }
    watched.see(before)
  }
  const end = before ?? beginning
  for (const fault of watched.faults(end)) found(fault)
  return { entries: count, end, faults, faultCount }
}

interface ReadEntry {
  readonly position: number
  readonly previous: string
  readonly at: string
  /** Which hash it has. */
  readonly hash: string
}

function readEntry(text: string): ReadEntry | undefined {
  try {
    const entry = JSON.parse(text)
    const { position, previous, at } = entry
    if (!Number.isSafeInteger(position) || typeof previous !== 'string' || typeof at !== 'string') return
    return { position, previous, at, hash: hashOf(canonicalJson(entry as Json)) }
  } catch {
    return undefined
  }
}

function* faultsOf(
  claimed: ClaimedEntry,
  read: ReadEntry | undefined,
  position: number,
  before: ChainEnd | undefined,
): Generator<string> {
  if (!read) {
    yield 'This is no entry of an audit log: it is damaged, or something else.'
    return
  }
  if (read.hash !== claimed.hash) yield 'The entry was changed: its content does not have its hash.'
  if (position !== read.position) yield `The entry was moved: it says that it is entry ${read.position}.`
  if (claimed.at !== undefined && Date.parse(read.at) !== claimed.at)
    yield 'The time beside the entry was changed.'
  const follows = before ?? (position === 1 ? beginning : undefined)
  if (!follows) return
  const expected = follows.position + 1
  if (position > expected) yield missingText(expected, position - 1)
  else if (position < expected) yield `The entry is out of order: it comes behind entry ${follows.position}.`
  else if (read.previous !== follows.hash) yield doesNotFollow(follows.position)
}

const doesNotFollow = (position: number): string =>
  position === 0
    ? 'The entry says that it is not the first: it was changed, or others were before it.'
    : `The entry does not follow entry ${position}, which was replaced, or this one was.`

/** What is said of entries that are not there. */
export const missingText = (first: number, last: number): string =>
  first === last ? `Entry ${first} is missing.` : `Entries ${first} to ${last} are missing.`

/** Looks for an entry as the chain goes by. */
function watchFor(known: ChainEnd | undefined) {
  let hash: string | undefined
  let first: number | undefined
  return {
    see(entry: ChainEnd): void {
      first ??= entry.position
      if (entry.position === known?.position) hash = entry.hash
    },
    *faults(end: ChainEnd): Generator<ChainFault> {
      if (!known || hash === known.hash) return
      const { position } = known
      if (hash !== undefined)
        yield { position, fault: 'The entry is another one than expected: the log was rewritten since.' }
      else if (position > end.position)
        yield {
          position,
          fault: `Entry ${position} was expected, and the log ends at entry ${end.position}: it was put back to an earlier state.`,
        }
      else if (first !== undefined && position < first)
        yield {
          position,
          fault: 'The expected entry is not there any more: it was pruned, so nothing can be compared.',
        }
    },
  }
}
