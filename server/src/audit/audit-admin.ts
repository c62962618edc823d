import { NotSealedHere } from '../base/seal.ts'
import { type BeginBar, noBar } from '../base/text/progress-bar.ts'
import type { StoreParts } from '../store/parts.ts'
import { prepareBeginChain } from './begin-chain.ts'
import { type ChainEnd, prepareChainEnds } from './chain-ends.ts'
import type { AuditEntry, ListedEntry } from './entry.ts'
import { prepareExportLog } from './export-log.ts'
import { HeadMissing, prepareLinkEntries } from './link-entries.ts'
import { type EntryFilter, prepareListEntries } from './list-entries.ts'
import { type Pruning, preparePruneLog } from './prune-log.ts'
import { prepareReadLog } from './read-log.ts'
import { prepareRecord } from './record.ts'
import { prepareVerifyLog, type VerifiedLog } from './verify-log.ts'

/** What an operator does with the audit log, beside a server that may run on the same database. */
export interface AuditAdmin {
  /** The newest entries that match, the newest first. */
  list(filter: EntryFilter): Promise<readonly ListedEntry[]>
  /** The entries behind a position, the oldest first, each as a line of JSON. */
  export(after: number): AsyncIterable<string>
  /** @param known an entry that has to be there. */
  verify(known?: ChainEnd): Promise<VerifiedLog>
  /** What the log has at the place of an entry that is known from elsewhere. */
  compare(entry: ChainEnd): Promise<'same' | 'other' | 'pruned' | 'none'>
  /** Writes an entry of what has been done otherwise. */
  write(entry: AuditEntry): Promise<void>
  /** Of the chain, where an end of it is lost. */
  readonly beginning: ReturnType<typeof prepareBeginChain>
  readonly pruning: {
    plan(before: number): Promise<Pruning>
    prune(before: number): Promise<Pruning>
  }
}

/** @param bars how it shows how far it is. */
export function createAuditAdmin(
  parts: Pick<StoreParts, 'store' | 'sealer' | 'clock'>,
  bars: Readonly<Record<'export' | 'verify', BeginBar>> = { export: noBar, verify: noBar },
): AuditAdmin {
  const ends = prepareChainEnds(parts.store, parts.sealer)
  const link = prepareLinkEntries(parts)
  const log = prepareReadLog(parts.store)
  const record = prepareRecord(parts)
  const exported = prepareExportLog(parts)
  const list = prepareListEntries(parts)
  const verify = prepareVerifyLog(parts)
  const beginAgain = prepareBeginChain(parts)
  const { plan, prune } = preparePruneLog(parts)

  /** So that what was done a moment ago is seen too. Where it cannot be linked, `verify` says why. */
  async function linkFirst(): Promise<void> {
    try {
      await link()
    } catch (error) {
      if (!(error instanceof NotSealedHere) && !(error instanceof HeadMissing)) throw error
    }
  }

  /** How many entries are behind a position, where the head can be read. */
  async function countBehind(position: number): Promise<number | undefined> {
    try {
      const head = await ends.read('head')
      return head && Math.max(head.position - position, 0)
    } catch (error) {
      if (error instanceof NotSealedHere) return undefined
      throw error
    }
  }

  return {
    async list(filter) {
      await linkFirst()
      return list(filter)
    },
    async *export(after) {
      await linkFirst()
      const bar = bars.export(await countBehind(after), 'entries')
      try {
        for await (const line of exported(after)) {
          bar.advance(1)
          yield line
        }
      } finally {
        bar.end()
      }
    },
    async verify(known) {
      await linkFirst()
      const bar = bars.verify(await countBehind(0), 'entries')
      try {
        return await verify(known, () => bar.advance(1))
      } finally {
        bar.end()
      }
    },
    async compare({ position, hash }) {
      const first = await log.after(position - 1).next()
      if (first.value?.position === position) return first.value.hash === hash ? 'same' : 'other'
      return first.done ? 'none' : 'pruned'
    },
    async write(entry) {
      await parts.store.write((tx) => record(tx, entry))
    },
    beginning: {
      plan: beginAgain.plan,
      async begin() {
        const begun = await beginAgain.begin()
        await linkFirst()
        return begun
      },
    },
    pruning: {
      async plan(before) {
        await linkFirst()
        return plan(before)
      },
      prune,
    },
  }
}
