import type { StoreParts } from '../store/parts.ts'
import type { Store } from '../store/store.ts'
import { beginning, type ChainEnd, prepareChainEnds } from './chain-ends.ts'
import { prepareReadLog } from './read-log.ts'
import { prepareRecord } from './record.ts'
import { type ChainFault, verifyChain } from './verify-chain.ts'

/** Few enough in one transaction that nobody waits for it. */
const batchEntries = 1000

/** What a pruning would remove, or has removed. */
export interface Pruning {
  readonly entries: number
  /** The last of them; what is left follows it. */
  readonly end: ChainEnd
  /** What is wrong with them: then none is removed, for it could not be looked into any more. */
  readonly faults: readonly ChainFault[]
}

/**
 * Removes the oldest entries: all before the first one that is not older than a moment. What was removed last is kept by its
 * position and hash, sealed, so that what is left can still be verified; and the removal is an entry itself.
 */
export function preparePruneLog(parts: Pick<StoreParts, 'store' | 'sealer' | 'clock'>) {
  const { store, sealer } = parts
  const ends = prepareChainEnds(store, sealer)
  const log = prepareReadLog(store)
  const record = prepareRecord(parts)
  const remove = prepareRemove(store)

  async function* older(from: ChainEnd, before: number) {
    for await (const entry of log.after(from.position)) {
      if (entry.at >= before) return
      yield entry
    }
  }

  /** What would be removed. @param before milliseconds since the epoch. */
  async function plan(before: number): Promise<Pruning> {
    const from = (await ends.read('pruned')) ?? beginning
    const { entries, end, faults } = await verifyChain(older(from, before), { from })
    return { entries, end, faults }
  }

  /** False where somebody else prunes at this moment. */
  const moveBeginning = ({ entries, end }: Pruning): Promise<boolean> =>
    store.write(async (tx) => {
      await ends.begin('pruned', tx)
      const pruned = await ends.hold('pruned', tx)
      if (!pruned || pruned.position + entries !== end.position) return false
      await ends.move('pruned', tx, end)
      await record(tx, {
        action: 'audit.prune',
        target: { kind: 'audit-log', id: 'log' },
        account: null,
        details: { count: entries, position: end.position },
      })
      return true
    })

  return {
    plan,
    /** @param before milliseconds since the epoch. */
    async prune(before: number): Promise<Pruning> {
      const pruning = await plan(before)
      if (pruning.faults.length > 0) return pruning
      if (pruning.entries > 0 && !(await moveBeginning(pruning))) return { ...pruning, entries: 0 }
      // Also what a pruning has left that was broken off.
      const order = { upTo: pruning.end.position, batchEntries }
      while ((await store.write((tx) => remove.run(tx, order))) === batchEntries);
      return pruning
    },
  }
}

const prepareRemove = (store: Store) =>
  store.prepare((db, p: { upTo: number; batchEntries: number }) =>
    db
      .deleteFrom('audit_log')
      .where('position', 'in', (from) =>
        from
          .selectFrom('audit_log')
          .select('position')
          .where('position', '<=', p.upTo)
          .orderBy('position')
          .limit(p.batchEntries),
      ),
  )
