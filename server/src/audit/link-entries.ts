import { hash } from 'node:crypto'
import { repeatedly } from '../base/repeatedly.ts'
import type { StoreParts } from '../store/parts.ts'
import type { Connection, Store } from '../store/store.ts'
import { type ChainEnd, prepareChainEnds } from './chain-ends.ts'

/** Few enough in one transaction that nobody waits for it: a row has the entries of one transaction. */
const batchRows = 10

const intervalMilliseconds = 1000

/** Entries are there, and no head: it was removed. */
export class HeadMissing extends Error {
  constructor() {
    super('The audit log has entries, but its sealed head is missing.')
    this.name = 'HeadMissing'
  }
}

/**
 * Gives the entries that have none their places in the chain: all that are committed when it begins. Any number of servers
 * and commands may do it at once, and one does. The order is the one in which they are found: an entry whose transaction
 * took longer comes later, and never between two that have their places.
 *
 * @returns how many it linked.
 * @throws {NotSealedHere} when the head was sealed by another key, or changed; {@link HeadMissing}. Nothing is linked then,
 *   so that nobody has a forged chain go on as if it were right.
 */
export function prepareLinkEntries({ store, sealer }: Pick<StoreParts, 'store' | 'sealer'>) {
  const statements = prepareStatements(store)
  const ends = prepareChainEnds(store, sealer)
  const insert = prepareInsert(store)

  async function linkBatch(tx: Connection): Promise<{ readonly entries: number; readonly rows: number }> {
    const head = await ends.hold('head', tx)
    if (!head) return none
    const unlinked = await statements.take.all(tx, { batchRows })
    if (unlinked.length === 0) return none
    const links = chain(
      head,
      [...unlinked].sort((one, other) => one.id - other.id),
    )
    await insert(tx, links)
    await ends.move('head', tx, links.at(-1) ?? head)
    return { entries: links.length, rows: unlinked.length }
  }

  /** @throws {HeadMissing} */
  async function begin(): Promise<void> {
    if (await ends.read('head')) return
    if (await statements.any.first(store.reader, {})) throw new HeadMissing()
    await store.write((tx) => ends.begin('head', tx))
  }

  return async (): Promise<number> => {
    let linked = 0
    while ((await statements.anyUnlinked.first(store.reader, {})) !== undefined) {
      await begin()
      const { entries, rows } = await store.write(linkBatch)
      linked += entries
      if (rows < batchRows) break
    }
    return linked
  }
}

const none = { entries: 0, rows: 0 }

interface Unlinked {
  readonly id: number
  /** A line each. */
  readonly entries: string
}

interface Link extends ChainEnd {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly entry: string
}

function chain(head: ChainEnd, unlinked: readonly Unlinked[]): readonly Link[] {
  const links: Link[] = []
  let end = head
  for (const entry of unlinked.flatMap(({ entries }) => entries.split('\n'))) {
    const link = linkTo(end, entry)
    end = link
    links.push(link)
  }
  return links
}

/** An entry in its place behind another; also what is none, which somebody has put there: `verify` tells of it. */
export function linkTo(end: ChainEnd, entry: string): Link {
  const position = end.position + 1
  const link = { position, at: timeOf(entry) || 0, entry }
  return { ...link, hash: hashOf({ previous: end.hash, position, entry }) }
}

/** The first member of this name is the entry’s own: none that may come before it has one. */
export const timeOf = (entry: string): number => Date.parse(/,"at":"([^"]+)"/.exec(entry)?.[1] ?? '')

/**
 * The hash of an entry in its place, in hexadecimal.
 *
 * @param entry in canonical JSON.
 */
export const hashOf = ({
  previous,
  position,
  entry,
}: {
  readonly previous: string
  readonly position: number
  readonly entry: string
}): string => hash('sha256', `${previous} ${position} ${entry}`, 'hex')

/** Links every second, until it is closed; what could not be linked is linked the next time. */
export function startLinking(parts: Pick<StoreParts, 'store' | 'sealer' | 'clock' | 'log'>) {
  const { clock, log } = parts
  const link = prepareLinkEntries(parts)
  const closing = new AbortController()
  repeatedly({
    clock,
    milliseconds: intervalMilliseconds,
    over: closing.signal,
    work: link,
    failed: (error) =>
      log.error({ err: error }, 'entries of the audit log could not be linked: see ‘audit verify’'),
  })
  return {
    /** Links what there is. Resolves also where it cannot. */
    async close(): Promise<void> {
      closing.abort()
      await link().catch((error) => log.error({ err: error }, 'entries of the audit log are not linked yet'))
    },
  }
}

function prepareStatements(store: Store) {
  return {
    anyUnlinked: store.prepare((db, _: object) => db.selectFrom('audit_unlinked').select('id').limit(1)),
    any: store.prepare((db, _: object) => db.selectFrom('audit_log').select('position').limit(1)),
    /** What a transaction that is not over has written is not seen, whatever its number, and taken the next time. */
    take: store.prepare((db, p: { batchRows: number }) =>
      db
        .deleteFrom('audit_unlinked')
        .where('id', 'in', (from) =>
          from
            .selectFrom('audit_unlinked')
            .select('id')
            .orderBy('id')
            .limit(p.batchRows)
            .forUpdate()
            .skipLocked(),
        )
        .returning(['id', 'entries']),
    ),
  }
}

/** So many rows are written by one statement. */
const rowsTogether = 50

/** Writes links, many by one statement: each statement costs the thread that answers requests something. */
function prepareInsert(store: Store) {
  const one = store.prepare((db, p: Link) =>
    db.insertInto('audit_log').values({ position: p.position, at: p.at, entry: p.entry, hash: p.hash }),
  )
  const many = store.prepare((db, p: Readonly<Record<string, string | number>>) =>
    db.insertInto('audit_log').values(
      Array.from({ length: rowsTogether }, (_, row) => ({
        position: p[`position${row}`] as number,
        at: p[`at${row}`] as number,
        entry: p[`entry${row}`] as string,
        hash: p[`hash${row}`] as string,
      })),
    ),
  )
  return async (tx: Connection, links: readonly Link[]): Promise<void> => {
    const full = links.length - (links.length % rowsTogether)
    const together: Promise<number>[] = []
    for (let from = 0; from < full; from += rowsTogether)
      together.push(many.run(tx, parametersOf(links.slice(from, from + rowsTogether))))
    await Promise.all([...together, ...links.slice(full).map((link) => one.run(tx, link))])
  }
}

function parametersOf(links: readonly Link[]): Readonly<Record<string, string | number>> {
  const parameters: Record<string, string | number> = {}
  for (const [row, { position, at, entry, hash: own }] of links.entries()) {
    parameters[`position${row}`] = position
    parameters[`at${row}`] = at
    parameters[`entry${row}`] = entry
    parameters[`hash${row}`] = own
  }
  return parameters
}
