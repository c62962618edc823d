import type { ViewTokenPair } from '@tonegate/protocol/view-page-data'
import type { TimelyFetch } from '../timely-fetch.ts'
import type { KeptRefreshToken } from './kept-refresh-token.ts'

/** The fields of the form that opens the view. */
export type OpeningForm = Readonly<Record<'X-BEARER-TOKEN' | 'X-REFRESH-TOKEN' | 'X-HOST-ORIGIN', string>>

/** An answer that takes longer is taken for lost. */
const answerMilliseconds = 10_000

/**
 * Opens the view of a page that was reloaded with tokens too old: renews what this window has kept, and sends the
 * form again.
 *
 * @param path the view's own path.
 * @param host the origin of the page that the refused form came from.
 * @param begun called when there is something to try.
 * @returns whether the form was sent.
 */
export async function reopenView({
  path,
  host,
  kept,
  fetch,
  submit,
  begun,
}: {
  readonly path: string
  readonly host: string
  readonly kept: KeptRefreshToken
  readonly fetch: TimelyFetch
  readonly submit: (form: OpeningForm) => void
  readonly begun: () => void
}): Promise<boolean> {
  const renewing = kept.renewing()
  if (!renewing) return false
  begun()
  const response = await fetch(`${path}/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(renewing),
    within: answerMilliseconds,
  })
  if (response.status === 401) kept.forget()
  if (!response.ok) return false
  const pair = (await response.json()) as ViewTokenPair
  kept.keep(pair.refreshToken)
  submit({
    'X-BEARER-TOKEN': pair.accessToken,
    'X-REFRESH-TOKEN': pair.refreshToken,
    'X-HOST-ORIGIN': host,
  })
  return true
}
