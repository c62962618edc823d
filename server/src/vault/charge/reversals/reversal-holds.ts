import type { StoreParts } from '../../../store/parts.ts'
import type { Connection } from '../../../store/store.ts'
import type { FollowUpAnswer } from '../../model/gateway.ts'
import type { VaultRows } from '../../model/vault-rows.ts'
import { pause, untilDurable } from '../until-durable.ts'

/** Whoever waits for another node looks so often, and for so long at most. */
const lookMilliseconds = 500
const maxLooks = 20

export type ReversalHolds = ReturnType<typeof createReversalHolds>

/** Who asks the gateway for a void or a refund: one node, and another one only when that has died. */
export function createReversalHolds(
  parts: Pick<StoreParts, 'store' | 'clock' | 'log'> & {
    readonly rows: VaultRows
    readonly closing: AbortSignal
  },
) {
  const { store, rows, closing } = parts
  const node = store.nodeId

  const find = (key: string, connection = store.reader) => rows.followUpHolder.first(connection, { key })

  async function hold(tx: Connection, key: string): Promise<boolean> {
    const row = await find(key, tx)
    if (!row || row.answer !== null) return false
    if (row.held_by === node) return true
    if (row.holder !== null) return false
    return (await rows.holdFollowUp.run(tx, { key, node, before: row.held_by })) === 1
  }

  return {
    /** In the transaction that writes it down. */
    hold,
    /** Whether this node holds it from now on. */
    take: (key: string): Promise<boolean> => untilDurable(() => store.write((tx) => hold(tx, key)), parts),
    /** Whether nobody else has taken it, and it is not answered. */
    async isMine(key: string): Promise<boolean> {
      const row = await find(key)
      return row?.held_by === node && row.answer === null
    },
    /** What the gateway has answered to the node that holds it; `undefined` where that does not come soon. */
    async answerToOther(key: string): Promise<FollowUpAnswer | undefined> {
      for (let looks = 0; looks < maxLooks; looks += 1) {
        const row = await find(key)
        if (!row) return undefined
        if (row.answer !== null) return JSON.parse(row.answer) as FollowUpAnswer
        if (closing.aborted) return undefined
        await pause(lookMilliseconds, parts)
      }
      return undefined
    },
  }
}
