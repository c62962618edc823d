import type { SessionResult } from '@tonegate/protocol/outcome'
import type { ViewState } from '@tonegate/protocol/view-state'
import type { RecordEntry } from '../../audit/record.ts'
import type { Guid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import { currentSpan } from '../../base/request-scope.ts'
import { endingWith } from '../../base/tracing/in-span.ts'
import { noTracer } from '../../base/tracing/span.ts'
import { readTraceparent } from '../../base/tracing/traceparent.ts'
import type { StoreParts } from '../../store/parts.ts'
import { StoreUnavailable } from '../../store/store-unavailable.ts'
import type { ChargeAttempt, Charging } from '../charge/attempt.ts'
import type { Charges } from '../charge/charges.ts'
import { endOfRow } from '../charge/end-of-row.ts'
import { endingOf } from '../charge/ending.ts'
import type { UnderWay } from '../charge/under-way.ts'
import { untilDurable } from '../charge/until-durable.ts'
import type { CardFields } from '../fields/card-fields.ts'
import { sealFields } from '../fields/sealed-card.ts'
import { Course } from '../model/course.ts'
import type { KeptSession } from '../model/rows/session-rows.ts'
import { sessionInAudit } from '../model/session-in-audit.ts'
import { kindOfSession, type SessionMeter } from '../model/session-meter.ts'
import type { VaultRows } from '../model/vault-rows.ts'
import type { LastState, ViewAccess } from '../model/vault-sessions.ts'
import type { CardEntryHost, Progress } from './card-entry-host.ts'
import { KeepLatest, type LatestWriter } from './keep-latest.ts'
import type { SessionSource } from './open-sessions.ts'
import type { ResultReports } from './reports/report-results.ts'
import { createViewRefreshTokens } from './view-refresh-tokens.ts'

/** What all sessions of the vault share. */
export interface SessionServices
  extends Pick<StoreParts, 'store' | 'clock' | 'random' | 'sealer' | 'log' | 'tracer'> {
  readonly rows: VaultRows
  readonly record: RecordEntry
  /** The session has ended, and is found no more but for its last state. */
  readonly left: (guid: Guid, last: LastState) => void
  readonly charges: Charges
  readonly reports: Pick<ResultReports, 'begun' | 'progressed' | 'report'>
  /** Hears that something has happened in a session, and is written. */
  readonly onKept?: ((guid: Guid) => void) | undefined
  readonly due: (at: number) => void
  readonly closing: AbortSignal
  readonly track: UnderWay['track']
  /** Sessions that have ended, and why that could not be written at the last try. */
  readonly unwrittenEnds: Map<Guid, unknown>
  readonly sessionMeter?: SessionMeter
}

/** The vault around one session, with the session's row. Every live session has one: a class, to share its methods. */
export class SessionHost implements CardEntryHost, LatestWriter<Omit<KeptSession, 'course'>> {
  readonly #services: SessionServices
  readonly #source: SessionSource
  readonly #elsewhere: (what: 'ended' | 'taken over') => void
  readonly #kept = new KeepLatest<Omit<KeptSession, 'course'>>(this)
  readonly #course: Course
  /** Who wants to hear that it cannot. */
  #tellUnwritten: Set<(error: unknown) => void> | undefined
  #viewAccess: ViewAccess
  #usedTokens: ReturnType<typeof createViewRefreshTokens> | undefined

  /** @param elsewhere hears that another node has ended the session, or has it now. */
  constructor(
    services: SessionServices,
    source: SessionSource,
    elsewhere: (what: 'ended' | 'taken over') => void,
  ) {
    this.#services = services
    this.#source = source
    this.#elsewhere = elsewhere
    this.#viewAccess = source.viewAccess
    this.#course = new Course(services.clock.now, source.course)
  }

  get track(): UnderWay['track'] {
    return this.#services.track
  }

  due(at: number): void {
    this.#services.due(at)
  }

  inTrace<T>(name: 'charge' | 'end session', work: () => Promise<T>): Promise<T> {
    const { tracer = noTracer } = this.#services
    const { guid, launch } = this.#source
    const parent = readTraceparent(launch.traceparent)
    const around = currentSpan()
    const attributes = {
      'tonegate.account_id': launch.tenant,
      'tonegate.session_guid': launch.sessionGuid,
      'tonegate.capture_guid': guid,
    }
    const link = parent && around?.traceId !== parent.traceId ? around : undefined
    return endingWith(tracer.begin(name, { attributes, link }, parent ?? around), work)
  }

  begun(): void {
    this.#services.reports.begun(this.#source.guid)
  }

  progressed(): void {
    const { reports, onKept } = this.#services
    const { guid, launch } = this.#source
    onKept?.(guid)
    if (launch.tellsProgress) reports.progressed(guid)
  }

  note(...happened: Parameters<Course['note']>): void {
    this.#course.note(...happened)
  }

  orUnwritten(ended: Promise<void>): Promise<void> {
    const { unwrittenEnds } = this.#services
    const unwritten = unwrittenEnds.get(this.#source.guid)
    if (unwritten !== undefined) return Promise.reject(unwritten)
    const { promise, reject } = Promise.withResolvers<never>()
    this.#tellUnwritten ??= new Set()
    const waiting = this.#tellUnwritten
    waiting.add(reject)
    return Promise.race([ended, promise]).finally(() => waiting.delete(reject))
  }

  keep(fields: CardFields, progress: Progress): void {
    const { guid, epoch } = this.#source
    this.#kept.keep({
      guid,
      epoch,
      progress: JSON.stringify(progress),
      sealed_fields: sealFields(this.#services.sealer, guid, fields),
      link_generation: progress.link.generation,
    })
  }

  kept(): Promise<void> {
    return this.#kept.kept()
  }

  /** @throws {Problem} `not-possible-now` where another node has ended the session, `provider-unavailable` where it has it. */
  async write(session: Omit<KeptSession, 'course'>): Promise<void> {
    const { store, rows } = this.#services
    const kept = await store.write((tx) =>
      rows.keepSession.run(tx, { ...session, course: this.#course.toJson() }),
    )
    if (kept === 0) await this.#requireOwnRow()
    else this.progressed()
  }

  failed(error: unknown): void {
    this.#warn(error, 'the progress of a capture session could not be stored')
  }

  async recordAttempt(charging: Charging): Promise<ChargeAttempt | undefined> {
    const { closing, charges } = this.#services
    if (closing.aborted)
      throw new Problem('provider-unavailable', 'The payment server is shutting down. Try again shortly.')
    await this.#kept.stop()
    const { charged } = charging
    const { guid, epoch, launch } = this.#source
    const course = this.#course.toJson()
    const attempt = await charges.record(guid, launch, { charged, course, epoch })
    this.progressed()
    return attempt
  }

  authorise(attempt: ChargeAttempt, charging: Charging): Promise<SessionResult> {
    return this.#services.charges.authorise(attempt, this.#source.launch, charging)
  }

  async end(result: SessionResult, state: ViewState): Promise<'ended' | 'otherwise'> {
    this.#leave(state)
    await this.#kept.stop()
    return this.#writeEnd(result)
  }

  endOfRow(): Promise<SessionResult> {
    return endOfRow(this.#source.guid, this.#services)
  }

  async ended(state: ViewState): Promise<void> {
    this.#leave(state)
    await this.#services.reports.report(this.#source.guid)
  }

  get viewAccess(): ViewAccess {
    return this.#viewAccess
  }

  async closeView(): Promise<void> {
    this.#viewAccess = 'closed'
    const { store, rows, clock, log } = this.#services
    const { guid } = this.#source
    await store.write((tx) => rows.closeView.run(tx, { guid, closed_at: clock.now() }))
    log.info({ capture: guid }, 'the agent view was closed')
  }

  renew(refreshToken: string, proposed?: string): Promise<string | undefined> {
    return this.#refreshTokens().renew(refreshToken, proposed)
  }

  addRefreshToken(): Promise<string> {
    return this.#refreshTokens().add()
  }

  #refreshTokens(): ReturnType<typeof createViewRefreshTokens> {
    const { store, rows, random } = this.#services
    const { guid, refreshTokens } = this.#source
    this.#usedTokens ??= createViewRefreshTokens({
      stored: refreshTokens,
      random,
      replace: async (before, after) => {
        const kept = await store.write((tx) => rows.keepRefreshTokens.run(tx, { guid, before, after }))
        return kept === 1 ? after : this.#refreshTokensNow()
      },
    })
    return this.#usedTokens
  }

  async #refreshTokensNow(): Promise<string> {
    const { store, rows } = this.#services
    const row = await rows.refreshTokens.first(store.reader, { guid: this.#source.guid })
    if (row) return row.refresh_tokens
    throw new Problem('not-possible-now', 'The payment session has ended.')
  }

  #leave(state: ViewState): void {
    const { guid, launch } = this.#source
    this.#services.left(guid, { tenant: launch.tenant, state, viewAccess: this.#viewAccess })
  }

  /** A try that was not written for certain goes with the end of its session: its gateway was not asked. */
  async #writeEnd(result: SessionResult): Promise<'ended' | 'otherwise'> {
    const { store, rows, record, reports, clock, log, closing, unwrittenEnds, sessionMeter } = this.#services
    const { guid, end, outcome } = result
    const { tenant } = this.#source.launch
    const ended = {
      guid,
      ended_at: clock.now(),
      result: JSON.stringify(result),
      ending: endingOf(result, this.#source.launch),
      course: this.#course.toJson(),
      epoch: this.#source.epoch,
    }
    const write = () =>
      store.write(async (tx) => {
        await rows.withdrawAttempt.run(tx, { guid, held_by: store.nodeId })
        await rows.lockOpen.run(tx, { guid })
        const changes = await rows.endUncharged.run(tx, ended)
        const entry = { action: 'session.end', ...sessionInAudit(guid, tenant), outcome: end } as const
        if (changes > 0) await record(tx, entry)
        return changes
      })
    const failed = (error: unknown) => this.#endUnwritten(error)
    const changes = await untilDurable(write, { clock, log, closing, failed })
    unwrittenEnds.delete(guid)
    if (changes === 0) return 'otherwise'
    log.info({ capture: guid, end, outcome }, 'a capture session ended')
    sessionMeter?.ended(kindOfSession(this.#source.launch), result)
    await reports.report(guid)
    return 'ended'
  }

  /** Where it may have been written all the same, whoever waits waits for the next try. */
  #endUnwritten(error: unknown): void {
    if (!(error instanceof StoreUnavailable)) return
    this.#services.unwrittenEnds.set(this.#source.guid, error)
    for (const tell of this.#tellUnwritten ?? []) tell(error)
  }

  /** A row that is not there has not been written yet. */
  async #requireOwnRow(): Promise<void> {
    const { store, rows } = this.#services
    const row = await rows.ending.first(store.reader, { guid: this.#source.guid })
    if (!row) return
    this.#elsewhere(row.state === 'ended' ? 'ended' : 'taken over')
    if (row.state === 'ended') throw new Problem('not-possible-now', 'The payment session has ended.')
    throw new Problem('provider-unavailable', 'Another server has this session now. Try again shortly.')
  }

  #warn(error: unknown, message: string): void {
    this.#services.log.warn({ err: error, capture: this.#source.guid }, message)
  }
}
