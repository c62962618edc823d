import { NotSealedHere } from '../base/seal.ts'
import type { StoreParts } from '../store/parts.ts'
import { beginning, type ChainEnd, prepareChainEnds, unknownHash } from './chain-ends.ts'
import { exportLine } from './export-line.ts'
import { prepareReadLog, type StoredEntry } from './read-log.ts'
import { prepareRecord } from './record.ts'

/**
 * The entries behind a position, the oldest first, each as a line of JSON. An export is an entry itself, which is written
 * before the first line is given out; one that finds nothing but entries of exports leaves none, so that repeated ones do not
 * fill the log.
 */
export function prepareExportLog(parts: Pick<StoreParts, 'store' | 'sealer' | 'clock'>) {
  const { store, sealer } = parts
  const ends = prepareChainEnds(store, sealer)
  const log = prepareReadLog(store)
  const record = prepareRecord(parts)

  /** What the first entry behind a position follows, which may be where the log was pruned. */
  async function before(position: number): Promise<ChainEnd> {
    const pruned = await readPruned()
    if (position <= pruned.position) return pruned
    const { value } = await log.after(position - 1).next()
    return value?.position === position ? value : { position, hash: unknownHash }
  }

  async function readPruned(): Promise<ChainEnd> {
    try {
      return (await ends.read('pruned')) ?? beginning
    } catch (error) {
      if (error instanceof NotSealedHere) return { position: 0, hash: unknownHash }
      throw error
    }
  }

  const recordExport = (position: number) =>
    store.write((tx) => {
      const target = { kind: 'audit-log', id: 'log' }
      return record(tx, { action: 'audit.export', target, account: null, details: { position } })
    })

  return async function* (after: number): AsyncGenerator<string> {
    let previous = await before(after)
    let isRecorded = false
    for await (const entry of log.after(previous.position)) {
      if (!isRecorded && !isOfExport(entry)) {
        await recordExport(after)
        isRecorded = true
      }
      yield exportLine(entry, entry.position === previous.position + 1 ? previous.hash : unknownHash)
      previous = entry
    }
  }
}

const isOfExport = ({ entry }: StoredEntry): boolean =>
  /"action":"([a-z.-]+)"/.exec(entry)?.[1] === 'audit.export'
