import { NotSealedHere } from '../base/seal.ts'
import type { StoreParts } from '../store/parts.ts'
import type { Connection } from '../store/store.ts'
import { beginning, type ChainEnd, type EndName, prepareChainEnds } from './chain-ends.ts'
import { type AuditEntry, textOf } from './entry.ts'
import { linkTo } from './link-entries.ts'
import { prepareLastEntries } from './read-log.ts'
import { prepareWritten } from './record.ts'

/** What a chain that is begun again has behind it. */
export interface BegunChain {
  /** The last entry of what was there; the chain goes on behind it. */
  readonly end: ChainEnd
  /** What became of the sealed head, where it does not open. */
  readonly head?: 'removed' | 'not-opened'
  /** What is left begins behind this position, because what said so does not open. */
  readonly pruned?: number
}

/** Both ends open, or somebody begins the chain at this moment: nothing is to be begun. */
export class NothingLost extends Error {
  constructor() {
    super('Nothing of the audit log is lost.')
    this.name = 'NothingLost'
  }
}

/**
 * Begins the chain again behind its last entry, where one of its sealed ends was removed, changed or sealed by a key that is
 * lost. All entries stay, and are verified by their hashes; whether they are all that there were, nothing shows any more.
 * That is an entry itself, the first behind them, in its place at once.
 */
export function prepareBeginChain({ store, sealer, clock }: Pick<StoreParts, 'store' | 'sealer' | 'clock'>) {
  const ends = prepareChainEnds(store, sealer)
  const written = prepareWritten(clock)
  const { first, last } = prepareLastEntries(store)
  const insert = store.prepare((db, p: ReturnType<typeof linkTo>) =>
    db.insertInto('audit_log').values({ position: p.position, at: p.at, entry: p.entry, hash: p.hash }),
  )

  async function endIn(name: EndName, connection: Connection): Promise<ChainEnd | 'not-opened' | undefined> {
    try {
      return await ends.read(name, connection)
    } catch (error) {
      if (error instanceof NotSealedHere) return 'not-opened'
      throw error
    }
  }

  /** @throws {NothingLost} */
  async function planIn(connection: Connection): Promise<BegunChain> {
    const [head, pruned] = [await endIn('head', connection), await endIn('pruned', connection)]
    const oldest = await first.first(connection, {})
    const newest = await last.first(connection, {})
    const isHeadLost = head === 'not-opened' || (head === undefined && newest !== undefined)
    if (!isHeadLost && pruned !== 'not-opened') throw new NothingLost()
    const rest = newest ?? (pruned === 'not-opened' ? beginning : (pruned ?? beginning))
    return {
      end: isHeadLost ? { position: rest.position, hash: rest.hash } : (head ?? beginning),
      ...(isHeadLost && { head: head ?? 'removed' }),
      ...(pruned === 'not-opened' && { pruned: oldest?.position ?? 0 }),
    }
  }

  return {
    /** What would be begun. @throws {NothingLost} */
    plan: (): Promise<BegunChain> => planIn(store.reader),
    /** @throws {NothingLost} */
    begin: (): Promise<BegunChain> =>
      store.write(async (tx) => {
        const isHeld = await ends.lock('head', tx)
        const begun = await planIn(tx)
        if (!isHeld && !(begun.head === 'removed' && (await ends.begin('head', tx)))) throw new NothingLost()
        if (begun.pruned !== undefined)
          await ends.move('pruned', tx, (await first.first(tx, {})) ?? beginning)
        const link = linkTo(begun.end, textOf(written(entryOf(begun))))
        await insert.run(tx, link)
        await ends.move('head', tx, link)
        return begun
      }),
  }
}

const entryOf = ({ end, head, pruned }: BegunChain): AuditEntry => ({
  action: 'audit.begin',
  target: { kind: 'audit-log', id: 'log' },
  account: null,
  details: {
    position: end.position,
    ...(head !== undefined && { reason: head }),
    ...(pruned !== undefined && { pruned }),
  },
})
