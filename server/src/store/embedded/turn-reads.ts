import type { DatabaseSync } from 'node:sqlite'
import { outsideRequests } from '../../base/request-scope.ts'

/** Ends what this turn's reads have begun. */
let ends: (() => void)[] = []

/**
 * Whatever is read from now on shows the newest state of each database. It is called at the end of each turn, and as soon as
 * a thread has told that something is written: nobody who knows of a commit reads what was before it.
 */
export function endTurnReads(): void {
  const ending = ends
  ends = []
  for (const end of ending) end()
}

/**
 * Reads of one turn share a transaction from the second one on: most of what SQLite does for a short answer is to begin and
 * to end one. What is read alone in its turn has nothing to share.
 *
 * @returns what is called before each read.
 */
export function shareTurnReads(database: DatabaseSync): () => void {
  const begin = database.prepare('BEGIN')
  const commit = database.prepare('COMMIT')
  let reads = 0

  function end(): void {
    reads = 0
    if (database.isOpen && database.isTransaction) commit.run()
  }
  return () => {
    reads += 1
    if (reads === 1 && ends.push(end) === 1) outsideRequests(() => setImmediate(endTurnReads))
    else if (reads === 2) begin.run()
  }
}
