import { hash } from 'node:crypto'
import { repeatedly } from '../base/repeatedly.ts'
import type { StoreParts } from '../store/parts.ts'
import type { Connection, Store } from '../store/store.ts'
import { type ChainEnd, prepareChainEnds } from './chain-ends.ts'
import { textOf, type WrittenEntry } from './entry.ts'

/** Few enough in one transaction that nobody waits for it. */
const batchEntries = 200

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

  async function linkBatch(tx: Connection): Promise<number> {
    const head = await ends.hold('head', tx)
    if (!head) return 0
    const unlinked = await statements.take.all(tx, { batchEntries })
    if (unlinked.length === 0) return 0
    const links = chain(
      head,
      [...unlinked].sort((one, other) => one.id - other.id),
    )
    await Promise.all(links.map((link) => statements.insert.run(tx, link)))
    await ends.move('head', tx, links.at(-1) ?? head)
    return links.length
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
      const batch = await store.write(linkBatch)
      linked += batch
      if (batch < batchEntries) break
    }
    return linked
  }
}

interface Unlinked {
  readonly id: number
  readonly at: number
  readonly entry: string
}

interface Link extends ChainEnd {
  readonly at: number
  readonly entry: string
}

function chain(head: ChainEnd, unlinked: readonly Unlinked[]): readonly Link[] {
  const links: Link[] = []
  let { position, hash: previous } = head
  for (const { at, entry } of unlinked) {
    position += 1
    const text = textOf({ ...(JSON.parse(entry) as WrittenEntry), position, previous })
    previous = hashOf(text)
    links.push({ position, at, entry: text, hash: previous })
  }
  return links
}

/** The hash of an entry in its place, in hexadecimal. */
export const hashOf = (text: string): string => hash('sha256', text, 'hex')

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
    take: store.prepare((db, p: { batchEntries: number }) =>
      db
        .deleteFrom('audit_unlinked')
        .where('id', 'in', (from) =>
          from
            .selectFrom('audit_unlinked')
            .select('id')
            .orderBy('id')
            .limit(p.batchEntries)
            .forUpdate()
            .skipLocked(),
        )
        .returning(['id', 'at', 'entry']),
    ),
    insert: store.prepare((db, p: Link) =>
      db.insertInto('audit_log').values({ position: p.position, at: p.at, entry: p.entry, hash: p.hash }),
    ),
  }
}
