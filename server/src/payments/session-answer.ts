import type { Parts } from '../base/parts.ts'
import type { FoundSession } from './find-session.ts'
import type { SessionSeal } from './seal-session.ts'

/** The status of a session, as JSON text (contract/payment-api §4). */
export type StatusText = (row: FoundSession) => string

/**
 * Writes the status of a session. The result is JSON already, and is put in as it is; from the moment of its
 * removal it is left out, though the sweep may still have to come.
 */
export function createStatusText({
  clock,
  seal,
}: Pick<Parts, 'clock'> & { readonly seal: SessionSeal }): StatusText {
  return (row) => {
    const { guid, result_removal_at, sealed_result } = row
    const visible = result_removal_at !== null && clock.now() < result_removal_at
    return statusText(row, visible && sealed_result ? seal.openResult(guid, sealed_result) : undefined)
  }
}

/** What a status says of a session besides its result. */
type StatusRow = Pick<
  FoundSession,
  'guid' | 'provider_session_guid' | 'call_guid' | 'created_at' | 'updated_at' | 'state'
>

/** @param result the JSON of `paymentResultData`; left out where it was removed. */
export function statusText(row: StatusRow, result: string | undefined): string {
  const call = row.call_guid === null ? '' : `,"callGuid":"${row.call_guid}"`
  const created = sixDigitTime(row.created_at)
  const updated = row.updated_at === row.created_at ? created : sixDigitTime(row.updated_at)
  const data = result === undefined ? '' : `,"paymentResultData":${result}`
  return (
    `{"sessionGuid":"${row.guid}","providerSessionGuid":"${row.provider_session_guid}"${call},` +
    `"createdOn":"${created}","lastUpdatedOn":"${updated}","sessionState":"${row.state}"${data}}`
  )
}

/** UTC, ISO 8601 with six fraction digits: `2018-02-23T09:28:22.781000Z`. */
export function sixDigitTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, -1)}000Z`
}
