import {
  type DeclineReason,
  declineReasons,
  type End,
  ends,
  type Outcome,
  outcomes,
  type SessionResult,
} from '@tonegate/protocol/outcome'
import type { RemoteSessionTable } from '../../store/tables.ts'
import type { ProviderTarget } from './ask-provider.ts'
import type { CallProvider } from './call-provider.ts'
import {
  type CallbackValues,
  cardOf,
  chargeOf,
  mismatchOf,
  sentCallbackValues,
} from './callbacks/read-callback.ts'
import { refused } from './provider-answers.ts'

/** What another Tonegate's vault says of a session. */
export type SessionStatus =
  | { readonly state: 'created' | 'in-progress' | 'not-known' }
  | {
      readonly state: 'ended'
      readonly result: Omit<SessionResult, 'guid'>
      /** Why an approval is not believed. */
      readonly doubt?: 'amount' | 'currency'
    }

/**
 * Asks another Tonegate's vault what became of a session.
 *
 * @throws {Problem} `provider-refused`, `provider-unavailable`.
 */
export type AskStatus = (target: ProviderTarget, row: RemoteSessionTable) => Promise<SessionStatus>

export const createAskStatus =
  ({ call }: { readonly call: CallProvider }): AskStatus =>
  async (target, row) => {
    const { answer } = await call.withSharedTokens(target, {
      step: 'status',
      method: 'GET',
      path: `/api/v1/session/${target.provider.tenantId}/${row.provider_session_guid}`,
    })
    if (answer.status === 404) return { state: 'not-known' }
    const status = answer.status === 200 ? readStatus(answer.body, row) : undefined
    if (!status)
      throw refused('The payment provider returned an unexpected answer instead of the session’s state.')
    return status
  }

/** The vault's own names (docs/provider-contract.md). */
const places = {
  amount: 'Result.orderAmountMinor',
  amounts: 'minor',
  currency: 'Result.orderCurrency',
  transactionId: 'Result.transactionID',
  authorisationCode: 'Result.transactionAuthCode',
  cardLast4: 'Result.cardLast4',
  cardType: 'Result.cardType',
  cardExpiry: 'Result.cardExpiry',
  code: 'Result.transactionResponseMsg',
  details: [],
} as const

/** `undefined` for what is no state of a session. The result is there for a day after the end. */
function readStatus(body: Buffer, row: RemoteSessionTable): SessionStatus | undefined {
  const values = valuesIn(body)
  const state = values?.('State')?.toLowerCase()
  if (!values) return
  if (state === 'created') return { state }
  if (state === 'inprogress') return { state: 'in-progress' }
  if (state !== 'ended') return
  const [end, outcome] = [values('Result.end'), values('Result.paymentOutcome')]
  if (end === undefined) return { state: 'not-known' }
  if (isOneOf<End>(ends, end) && isOneOf<Outcome>(outcomes, outcome)) {
    return endedStatus(values, { end, outcome }, row)
  }
}

function valuesIn(body: Buffer): CallbackValues | undefined {
  try {
    return sentCallbackValues(body, 'json')
  } catch {
    return
  }
}

const isOneOf = <Word extends string>(words: readonly string[], value: string | undefined): value is Word =>
  value !== undefined && words.includes(value)

function endedStatus(
  values: CallbackValues,
  said: { readonly end: End; readonly outcome: Outcome },
  row: RemoteSessionTable,
): SessionStatus {
  const movedMoney = said.outcome === 'approved' || said.outcome === 'review'
  const doubt = movedMoney ? mismatchOf(values, places, row) : undefined
  const card = cardOf(values, places)
  const reason = values('Result.declineReason')
  const correction = values('Result.correction')
  const captured = values('Result.captured')
  const charge = {
    ...chargeOf(values, places),
    ...(isOneOf<DeclineReason>(declineReasons, reason) && { declineReason: reason }),
    ...(captured !== undefined && { captured: captured === 'true' }),
  }
  return {
    state: 'ended',
    result: {
      ...(doubt ? ({ end: 'payment-connector-error', outcome: 'unknown' } as const) : said),
      ...(card && { card }),
      charge,
      ...(correction === 'voided' && { correction }),
    },
    ...(doubt && { doubt }),
  }
}
