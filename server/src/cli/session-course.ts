import { type Guid, timeOfGuid } from '../base/guid.ts'
import { sumText } from '../base/money/sum-text.ts'
import { attemptText, type DeliveryAttempt } from '../payments/webhooks/attempt.ts'
import type { Store } from '../store/store.ts'
import type { CaptureSessionTable, PaymentSessionTable } from '../store/tables.ts'
import { readCourse } from '../vault/model/course.ts'
import type { Ending } from '../vault/model/vault-sessions.ts'
import { prepareCourseRows } from './session-rows.ts'

/** Something that happened to a session. */
export interface Happening {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly what: string
  readonly detail: string
}

/** A session as far as this database has it. */
export interface SessionCourse {
  readonly sessionGuid: Guid | null
  readonly providerSessionGuid: Guid | null
  /** The API's row, and the vault's; `undefined` where this database has none. */
  readonly payment: PaymentSessionTable | undefined
  readonly session: CaptureSessionTable | undefined
  /** From the first to the last. */
  readonly course: readonly Happening[]
}

/**
 * Finds what happened to a session, by either of its names, in what the database still has: what the API process
 * has of it, what the vault process has, or both where one process is both. Nothing of a card and nothing of a customer
 * is in it.
 */
export function createFindCourse(store: Store): (guid: Guid) => Promise<SessionCourse | undefined> {
  const rows = prepareCourseRows(store)
  const { reader } = store

  return async (guid) => {
    const payment = await rows.payment.first(reader, { guid })
    const session = await rows.session.first(reader, {
      guid: payment?.provider_session_guid ?? guid,
      sessionGuid: guid,
    })
    const launch = await rows.launch.first(reader, { guid })
    const sessionGuid = payment?.guid ?? session?.session_guid ?? launch?.session_guid ?? null
    const providerSessionGuid =
      payment?.provider_session_guid ?? session?.guid ?? launch?.provider_session_guid ?? null
    const names = { sessionGuid: sessionGuid ?? guid, providerSessionGuid: providerSessionGuid ?? guid }
    const course: Happening[] = [
      ...(launch ? [{ at: launch.asked_at, what: 'launch-asked', detail: launch.state }] : []),
      ...(payment ? ofPayment(payment) : []),
      ...(session ? ofSession(session) : []),
      ...(await rows.attempts.all(reader, names)).flatMap(ofAttempt),
      ...(await rows.followUps.all(reader, names)).flatMap(ofFollowUp),
      ...(await rows.deliveries.all(reader, names)).flatMap(ofDelivery),
      ...(await rows.elsewhere.all(reader, names)).flatMap(ofRemote),
      ...(await rows.callbacks.all(reader, names)).flatMap(ofCallback),
    ]
    if (course.length === 0) return undefined
    course.sort((one, other) => one.at - other.at)
    return { sessionGuid, providerSessionGuid, payment, session, course }
  }
}

function ofPayment(row: PaymentSessionTable): Happening[] {
  const opened = `${row.kind}, configuration ${row.configuration_id}`
  return [
    { at: row.created_at, what: 'created', detail: opened },
    ...happened(
      row.ended_at,
      'ended',
      row.awaits_outcome ? `${row.state}, outcome not known yet` : row.state,
    ),
    ...(row.correction === null ? [] : happened(row.updated_at, 'result-corrected', row.correction)),
    ...happened(row.result_removal_at, 'result-removal-due', ''),
    ...happened(row.result_removed_at, 'result-removed', ''),
  ]
}

function ofSession(row: CaptureSessionTable): Happening[] {
  const ending = row.ending === null ? undefined : (JSON.parse(row.ending) as Ending)
  return [
    { at: row.created_at, what: 'launched', detail: '' },
    ...readCourse(row.course).map(({ at, what, detail = '' }) => ({ at, what, detail })),
    ...happened(row.ended_at, 'capture-ended', ending ? endText(ending) : row.state),
    ...(row.result === null ? [] : happened(row.ended_at, 'result-not-taken', 'it is reported again')),
  ]
}

/** How it ended; and what became of that, whose time stands where the gateway has told it. */
function endText({ end, outcome, firstOutcome = outcome }: Ending): string {
  const since = outcome === firstOutcome ? '' : `; ${outcome} since`
  return `${end}, ${firstOutcome}${since}`
}

function ofAttempt(row: {
  readonly gateway: string
  readonly purpose: string
  readonly amount_minor: number
  readonly currency: string
  readonly requested_at: number
  readonly challenged_at: number | null
  readonly answered_at: number | null
  readonly answer: string | null
}): Happening[] {
  const sum = sumText({ amountMinor: row.amount_minor, currency: row.currency })
  return [
    { at: row.requested_at, what: 'gateway-asked', detail: `${row.purpose} ${sum}, gateway ${row.gateway}` },
    ...happened(row.challenged_at, 'customer-sent-to-bank', ''),
    ...happened(row.answered_at, 'gateway-answered', answerText(row.answer)),
    ...(row.answered_at === null
      ? happened(row.requested_at, 'gateway-not-answered', 'it is asked again')
      : []),
  ]
}

function ofFollowUp(row: {
  readonly kind: string
  readonly reason: string
  readonly amount_minor: number
  readonly currency: string
  readonly requested_at: number
  readonly answered_at: number | null
  readonly answer: string | null
}): Happening[] {
  const sum = sumText({ amountMinor: row.amount_minor, currency: row.currency })
  const failed =
    row.answer === null ? {} : (JSON.parse(row.answer) as { failedAt?: number; gatewayCode?: string })
  return [
    { at: row.requested_at, what: `${row.kind}-asked`, detail: `${sum}, ${row.reason}` },
    ...(failed.failedAt === undefined
      ? happened(row.answered_at, `${row.kind}-answered`, answerText(row.answer))
      : happened(failed.failedAt, `${row.kind}-failed`, `${sum}, ${failed.gatewayCode}`)),
  ]
}

function ofDelivery(row: {
  readonly id: string
  readonly type: string | null
  readonly state: string
  readonly attempts: string
}): Happening[] {
  const attempts = JSON.parse(row.attempts) as readonly DeliveryAttempt[]
  return [
    ...happened(
      timeOfGuid(row.id) ?? null,
      'webhook-written',
      `${row.id}, ${row.type ?? 'status'}, ${row.state}`,
    ),
    ...attempts.map((attempt) => ({ at: attempt.at, what: 'webhook-sent', detail: attemptText(attempt) })),
  ]
}

function ofRemote(row: {
  readonly created_at: number
  readonly ended_at: number | null
  readonly outcome: string | null
}): Happening[] {
  return [
    { at: row.created_at, what: 'launched-at-provider', detail: '' },
    ...happened(row.ended_at, 'ended-at-provider', row.outcome ?? ''),
  ]
}

function ofCallback(row: {
  readonly created_at: number
  readonly attempts: number
  readonly given_up_at: number | null
}): Happening[] {
  return [
    { at: row.created_at, what: 'callback-written', detail: `${row.attempts} attempts, not delivered yet` },
    ...happened(row.given_up_at, 'callback-given-up', ''),
  ]
}

const happened = (at: number | null, what: string, detail: string): Happening[] =>
  at === null ? [] : [{ at, what, detail }]

/** What a gateway said, in a word, and its reference. */
function answerText(json: string | null): string {
  if (json === null) return ''
  const { status, gatewayReference } = JSON.parse(json) as { status?: string; gatewayReference?: string }
  return [status, gatewayReference].filter(Boolean).join(', ')
}
