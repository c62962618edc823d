import { beginning, type ChainEnd, unknownHash } from './chain-ends.ts'
import { type ChainNote, noteOf } from './chain-notes.ts'
import { readEntry } from './entry.ts'
import { hashOf, timeOf } from './link-entries.ts'

/** An entry in its place, as a store or a file has it. */
export interface ClaimedEntry {
  /** In canonical JSON; `undefined` for what is none. */
  readonly entry: string | undefined
  /** `undefined` where that is damaged. */
  readonly position: number | undefined
  /** In hexadecimal. */
  readonly hash: string
  /** The hash of the entry before, where it is said here too. */
  readonly previous?: string
  /** Milliseconds since the epoch, where it is said beside the entry too. */
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
  /** What is to be known besides: the first {@link maxNotes} of it. */
  readonly notes: readonly ChainNote[]
}

const maxFaults = 20
const maxNotes = 20

/**
 * Follows a chain from its beginning to its end. An entry that was changed, added or put into another place does not have its
 * hash; of one that was left out the positions say so. Goes on behind a fault, from what is there.
 *
 * @param from what the first entry has to follow; `undefined`: whatever it says that it follows, as in a file that does not
 *   begin at the beginning.
 * @param known an entry that has to be there, as somebody has written it down elsewhere.
 */
export async function verifyChain(
  entries: AsyncIterable<ClaimedEntry>,
  { from, known }: { readonly from: ChainEnd | undefined; readonly known?: ChainEnd | undefined },
): Promise<VerifiedChain> {
  const faults: ChainFault[] = []
  const notes: ChainNote[] = []
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
    const position = claimed.position ?? (before?.position ?? 0) + 1
    before ??= position === 1 ? beginning : undefined
    const { length } = faults
    for (const fault of faultsOf(claimed, position, before)) found({ position, fault })
    const note = faults.length === length ? noteOf(claimed.entry ?? '') : undefined
    if (note !== undefined && notes.length < maxNotes) notes.push({ position, note })
    before = { position, hash: claimed.hash }
    watched.see(before)
  }
  const end = before ?? beginning
  for (const fault of watched.faults(end)) found(fault)
  return { entries: count, end, faults, faultCount, notes }
}

function* faultsOf(
  { entry, hash, previous, at }: ClaimedEntry,
  position: number,
  before: ChainEnd | undefined,
): Generator<string> {
  const expected = before && before.position + 1
  if (expected !== undefined && position > expected) yield missingText(expected, position - 1)
  if (expected !== undefined && position < expected)
    yield position === before?.position
      ? 'The number is there twice.'
      : `The entry is out of order: it comes behind entry ${before?.position}.`
  if (entry === undefined || !readEntry(entry) || Number.isNaN(timeOf(entry))) {
    yield 'This is no entry of an audit log: it is damaged, or something else.'
    return
  }
  const isNext = position === expected
  if (isNext && previous !== undefined && previous !== before?.hash)
    yield doesNotFollow(before?.position ?? 0)
  // What comes behind a gap can only be compared with what it says itself.
  const follows = previous ?? (isNext ? before?.hash : undefined)
  if (follows === unknownHash) yield 'What the entry follows could not be read: it cannot be verified itself.'
  else if (follows !== undefined && hashOf({ previous: follows, position, entry }) !== hash)
    yield previous === undefined ? changedHere(position) : changed
  else if (at !== undefined && timeOf(entry) !== at) yield 'The time beside the entry was changed.'
}

const changed = 'The entry was changed: it does not have its hash.'

const changedHere = (position: number): string =>
  position === 1
    ? changed
    : `The entry does not have its hash: it was changed, or entry ${position - 1} was replaced by another one.`

const doesNotFollow = (position: number): string =>
  position === 0
    ? 'The entry says that it is not the first: it was changed, or others were before it.'
    : `The entry does not follow entry ${position}: that one was replaced, or this one.`

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
