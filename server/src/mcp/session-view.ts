import { declineReasons, outcomes } from '@tonegate/protocol/outcome'
import { type Static, Type } from 'typebox'
import { currencies } from '../base/money/currencies.ts'
import { majorAmount } from '../base/money/major-amount.ts'
import { membersOf } from './answers.ts'
import { choice } from './choice.ts'

/** `sessionState`, as `docs/reference.md` lists them. */
export const states = [
  'Created',
  'InProgress',
  'Finished',
  'Error',
  'TimeOut',
  'ExpiredOnProviderSide',
  'Cancelled',
] as const

/**
 * All that a model sees of a session. It is a list of what is let through, and each value is one of those that are known or
 * has a form of its own: no text of another system passes, and of the card nothing does, neither its brand nor its last
 * digits, a token, or the code of an approval.
 */
export const sessionFacts = Type.Object({
  session_id: Type.String({ description: 'The id of the payment session.' }),
  state: choice([...states, 'unknown']),
  ended: Type.Boolean({ description: 'Whether nothing more will happen in it.' }),
  outcome: Type.Optional(
    choice(outcomes, {
      description:
        'Whether the payment was charged. Absent while it is open, and when the result has been removed.',
    }),
  ),
  decline_reason: Type.Optional(choice(declineReasons)),
  amount: Type.Optional(Type.String({ description: 'In major units, for example 12.40.' })),
  currency: Type.Optional(Type.String({ description: 'ISO 4217.' })),
  kind: Type.Optional(choice(['keypad', 'link'])),
  opened_at: Type.Optional(Type.String({ description: 'UTC.' })),
  updated_at: Type.Optional(Type.String({ description: 'UTC.' })),
})

export type SessionFacts = Static<typeof sessionFacts>

/** What may be shown of a session, from the API’s answer. */
export function factsOf(answer: unknown): SessionFacts {
  const { sessionGuid, sessionState, createdOn, lastUpdatedOn, kind, paymentResultData } = membersOf(answer)
  const state = states.find((each) => each === sessionState) ?? 'unknown'
  const shownKind = kind === 'agent-assist' ? 'keypad' : kind === 'digital' ? 'link' : undefined
  return {
    session_id: matching(sessionGuid, guid) ?? '',
    state,
    ended: !(state === 'Created' || state === 'InProgress' || state === 'unknown'),
    ...resultOf(membersOf(paymentResultData)),
    ...(shownKind && { kind: shownKind }),
    ...present('opened_at', matching(createdOn, time)),
    ...present('updated_at', matching(lastUpdatedOn, time)),
  }
}

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/

const matching = (value: unknown, form: RegExp): string | undefined =>
  typeof value === 'string' && form.test(value) ? value : undefined

type Result = Pick<SessionFacts, 'outcome' | 'decline_reason' | 'amount' | 'currency'>

function resultOf(data: Readonly<Record<string, unknown>>): Result {
  const outcome = outcomes.find((each) => each === data.paymentOutcome) ?? gatewayOutcome(data)
  const reason = declineReasons.find((each) => each === data.declineReason)
  return {
    ...(outcome && { outcome }),
    ...(reason && outcome === 'declined' && { decline_reason: reason }),
    ...sumOf(data),
  }
}

/** The original service has no `paymentOutcome`, but the verdict of its gateway: CyberSource’s or Orbital’s. */
function gatewayOutcome({ decision, ApprovalStatus }: Readonly<Record<string, unknown>>): Result['outcome'] {
  return verdicts.get(`decision ${decision}`) ?? verdicts.get(`ApprovalStatus ${ApprovalStatus}`)
}

const verdicts: ReadonlyMap<string, Result['outcome']> = new Map([
  ['decision ACCEPT', 'approved'],
  ['decision REJECT', 'declined'],
  ['decision REVIEW', 'review'],
  ['decision ERROR', 'failed'],
  ['decision CANCEL', 'cancelled'],
  ['ApprovalStatus 1', 'approved'],
  ['ApprovalStatus 0', 'declined'],
  ['ApprovalStatus 2', 'failed'],
])

/** Results have the amount in minor units (contract/payment-api §4). */
function sumOf({ Amount, Currency }: Readonly<Record<string, unknown>>): Result {
  const currency = typeof Currency === 'string' && currencies.has(Currency) ? Currency : undefined
  const minor = matching(Amount, /^\d{1,12}$/)
  if (!currency || minor === undefined) return {}
  return { amount: majorAmount({ amountMinor: Number(minor), currency }), currency }
}

const present = <Name extends string>(name: Name, value: string | undefined) =>
  (value === undefined ? {} : { [name]: value }) as Readonly<Partial<Record<Name, string>>>
