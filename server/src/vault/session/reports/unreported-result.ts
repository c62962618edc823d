import type { SessionResult } from '@tonegate/protocol/outcome'
import type { Guid } from '../../../base/guid.ts'
import type { NodeId } from '../../../store/nodes/node-id.ts'
import type { StoreParts } from '../../../store/parts.ts'
import type { Connection } from '../../../store/store.ts'
import { resultOfEnding } from '../../charge/end-of-row.ts'
import { unreadableResultOf } from '../../model/unreadable-result.ts'
import type { VaultRows } from '../../model/vault-rows.ts'
import type { Ending } from '../../model/vault-sessions.ts'

/** The newest result of a session, as its row has it until it was taken. */
export interface UnreportedResult {
  readonly result: SessionResult
  /** Exactly what is in the row. */
  readonly json: string
}

/**
 * Finds the result of a session that has still to be taken, and makes it this node's; `undefined` where there is none, or
 * another node has it. One that cannot be read has the place taken, in its row, of what can be said of its session.
 *
 * @param whose `own`: it is left to another node that is there and has it.
 * @throws when the row cannot be read or written at the moment.
 */
export function createFindUnreported({
  store,
  rows,
  log,
}: Pick<StoreParts, 'store' | 'log'> & { readonly rows: VaultRows }): (
  guid: Guid,
  whose: 'whoever’s' | 'own',
) => Promise<UnreportedResult | undefined> {
  /** Looks again: a newer result may have come meanwhile. */
  async function replaceUnreadable(tx: Connection, guid: Guid): Promise<UnreportedResult | undefined> {
    const row = await rows.lockEnding.first(tx, { guid })
    const found = unreportedIn(row)
    if (found !== 'unreadable') return found
    const ending = row?.ending ?? null
    const known = parsed<Ending>(ending ?? '')
    const result = known ? resultOfEnding(guid, known) : unreadableResultOf(guid)
    const json = JSON.stringify(result)
    await rows.replaceResult.run(tx, { guid, result: json, ending: known ? ending : null })
    return { result, json }
  }

  /** Whether this node reports it from now on. */
  async function take(guid: Guid, before: NodeId | null, whose: 'whoever’s' | 'own'): Promise<boolean> {
    if (before === store.nodeId) return true
    const take = whose === 'own' ? rows.takeNobodysResult : rows.takeResult
    return (await store.write((tx) => take.run(tx, { guid, before, node: store.nodeId }))) === 1
  }

  return async (guid, whose) => {
    const row = await rows.ending.first(store.reader, { guid })
    const found = unreportedIn(row)
    if (!row || !found || !(await take(guid, row.owner, whose))) return undefined
    if (found !== 'unreadable') return found
    log.error({ capture: guid }, 'the result of a session cannot be read; only its known end is reported')
    return store.write((tx) => replaceUnreadable(tx, guid))
  }
}

function unreportedIn(
  row: { readonly result: string | null } | undefined,
): UnreportedResult | 'unreadable' | undefined {
  if (!row?.result) return undefined
  const result = parsed<SessionResult>(row.result)
  return result ? { result, json: row.result } : 'unreadable'
}

/** `undefined` where it is not the JSON of an object. */
function parsed<T extends object>(json: string): T | undefined {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null ? (value as T) : undefined
  } catch {
    return undefined
  }
}
