import type { End, SessionResult } from '@tonegate/protocol/outcome'
import type { Guid } from '../../base/guid.ts'
import type { Connection } from '../../store/store.ts'
import type { VaultRows } from '../model/vault-rows.ts'
import type { Ending } from '../model/vault-sessions.ts'
import { corrected } from './ending.ts'

/** How the row of a session says that it has ended; without an end where the session could not be read then. */
export interface EndedBefore {
  readonly end?: End
  /** As the row has it, in JSON. */
  readonly ending: string | null
}

export async function readEndedBefore(rows: VaultRows, tx: Connection, guid: Guid): Promise<EndedBefore> {
  const ending = (await rows.lockEnding.first(tx, { guid }))?.ending
  return ending ? { end: (JSON.parse(ending) as Ending).end, ending } : { ending: null }
}

/** Puts a further result into the row of a session that has ended; it has to be reported. */
export async function writeFurtherResult(
  rows: VaultRows,
  tx: Connection,
  result: SessionResult,
  { ending }: EndedBefore,
): Promise<void> {
  await rows.replaceResult.run(tx, {
    guid: result.guid,
    result: JSON.stringify(result),
    ending: ending === null ? null : corrected(ending, result),
  })
}
