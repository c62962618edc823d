import type { Guid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import { sealedColumn } from '../../store/reseal.ts'
import type { LiveCallTable } from '../../store/tables.ts'
import type { Line, Media } from '../line-control.ts'
import type { LineState } from '../lines/lines-elsewhere.ts'

/** What a platform tells of a call (contract/calls §2). */
export interface ReportedCall {
  readonly agentId: string
  readonly state: LiveCallTable['state']
  /** The caller's number. */
  readonly caller: string | null
  readonly reference: string | null
  readonly media: Media | null
  /** The platform does not know that the line is secured: it was restarted. */
  readonly secured?: false
}

/** A call as its platform is answered. */
export interface ToldCall {
  readonly callGuid: Guid
  readonly agentId: string
  readonly state: LiveCallTable['state']
  readonly secured: boolean
  /** The session that its line is secured for; null where it is not. */
  readonly sessionGuid: Guid | null
}

/** What a caller's number is sealed for: its own row. */
export const callerPurpose = (guid: unknown): string => `caller of call ${guid}`

/** Callers' numbers. */
export const sealedCallers = sealedColumn({
  what: 'callers’ numbers',
  table: 'live_call',
  key: ['guid'],
  column: 'sealed_caller',
  purposes: ({ guid }) => [callerPurpose(guid)],
})

/** @param secured its line, where it is secured or was. */
export const toldOf = (
  row: Pick<LiveCallTable, 'guid' | 'agent_id' | 'state'>,
  secured: LineState | undefined,
): ToldCall => ({
  callGuid: row.guid,
  agentId: row.agent_id,
  state: row.state,
  secured: secured?.state === 'secured',
  sessionGuid: secured && secured.state !== 'ended' ? secured.sessionGuid : null,
})

export const lineOf = (row: Pick<LiveCallTable, 'guid' | 'platform_guid' | 'reference' | 'media'>): Line => ({
  callGuid: row.guid,
  platformGuid: row.platform_guid,
  reference: row.reference,
  media: row.media === null ? null : JSON.parse(row.media),
})

export const noSuchCall = (): Problem => new Problem('not-found', 'No call has this id, or it has ended.')
