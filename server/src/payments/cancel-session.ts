import { prepareRecord } from '../audit/record.ts'
import { Problem } from '../base/problem.ts'
import type { Caller } from '../identity/bearer.ts'
import type { StoreParts } from '../store/parts.ts'
import type { FindSession, FoundSession } from './find-session.ts'
import type { Provider } from './provider.ts'
import type { StatusText } from './session-answer.ts'
import type { SessionEndings } from './session-endings.ts'
import { isOpen } from './session-state.ts'

/** The provider reports the end at once; a caller does not wait longer for it. */
const maxWaitMilliseconds = 5000
/** The report may reach another node, which says so in the row alone. */
const lookMilliseconds = 50

/**
 * Ends an open session (contract/payment-api §1) and answers its status, as JSON text. Only the provider knows whether the
 * card was charged in the same moment, so its report alone says how the session ended. Cancelling a cancelled
 * session again is no error. Where the configuration says so, what was authorised in a session that has ended and was
 * not captured is voided; its state stays, and its outcome is `cancelled`.
 *
 * @throws {Problem} `not-found`; `session-ended` when it ended otherwise; `not-possible-now` once the gateway
 *   has been asked, and when it refuses to void, or has not answered yet; `provider-unavailable` when the session is open
 *   still.
 */
export type CancelSessionJson = (caller: Caller, sessionGuid: string) => Promise<string>

export function createCancelSessionJson({
  findSession,
  provider,
  endings,
  statusText,
  store,
  clock,
}: Pick<StoreParts, 'store' | 'clock'> & {
  readonly findSession: FindSession
  readonly provider: Provider
  readonly endings: SessionEndings
  readonly statusText: StatusText
}): CancelSessionJson {
  const record = prepareRecord({ store, clock })

  const recordCancel = ({ guid, account_id }: FoundSession): Promise<unknown> =>
    store.write((tx) =>
      record(tx, { action: 'session.cancel', target: { kind: 'session', id: guid }, account: account_id }),
    )

  /** That it was asked for is written beside, since the session ends also where nothing can be written at the moment. */
  async function cancelOpen(caller: Caller, before: FoundSession) {
    const { guid, provider_session_guid } = before
    await Promise.all([provider.cancel(provider_session_guid), recordCancel(before)])
    const waitedSince = clock.elapsed()
    for (;;) {
      const session = await findSession(caller, guid)
      if (!isOpen(session.state)) return session
      if (clock.elapsed() - waitedSince >= maxWaitMilliseconds) throw openStill()
      await endings.wait(guid, lookMilliseconds)
    }
  }

  return async (caller, sessionGuid) => {
    const before = await findSession(caller, sessionGuid)
    const session = isOpen(before.state) ? await cancelOpen(caller, before) : before
    if (session.state === 'Cancelled') return statusText(session)
    switch (await provider.cancelAfterwards(session.provider_session_guid)) {
      case 'voided':
        return statusText(await findSession(caller, sessionGuid))
      case 'refused':
        throw new Problem(
          'not-possible-now',
          'The gateway refused to void the authorisation of this session.',
        )
      case 'not-known':
        throw new Problem(
          'not-possible-now',
          'The authorisation is being voided, but the gateway has not answered yet. Send the cancel request again to see the result.',
        )
      case 'nothing':
        throw new Problem('session-ended', `The session has already ended (state ${session.state}).`)
    }
  }
}

const openStill = () =>
  new Problem(
    'provider-unavailable',
    'The session is being cancelled, but its end is not known yet. Send the cancel request again to see the result.',
    { headers: { 'retry-after': '1' } },
  )
