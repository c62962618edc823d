import type { Clock } from '../base/clock.ts'
import type { Guid } from '../base/guid.ts'
import type { Log } from '../base/log.ts'
import { Problem } from '../base/problem.ts'
import type { Random } from '../base/random.ts'
import type { Sealer } from '../base/seal.ts'
import type { Store } from '../store/store.ts'
import type { CaptureHost, Charging, Progress } from './capture-host.ts'
import type { CaptureResult } from './capture-result.ts'
import type { CaptureRows, KeptSession } from './capture-rows.ts'
import type { LastState, ViewAccess } from './capture-sessions.ts'
import type { Attempt, Charges } from './charges.ts'
import { endingOf } from './ending.ts'
import type { CardFields } from './fields/card-fields.ts'
import { KeepLatest, type LatestWriter } from './keep-latest.ts'
import type { SessionSource } from './open-sessions.ts'
import { createRefreshTokens } from './refresh-tokens.ts'
import { sealFields } from './sealed-card.ts'
import type { UnderWay } from './under-way.ts'
import { untilDurable } from './until-durable.ts'
import type { ViewState } from './view-state.ts'

/** What all sessions of the vault share. */
export interface SessionServices {
  readonly store: Store
  readonly rows: CaptureRows
  /** The session has ended, and is found no more but for its last state. */
  readonly left: (guid: Guid, last: LastState) => void
  readonly charges: Charges
  /** Reports a result that is in its row. */
  readonly report: (guid: Guid, json: string) => Promise<void>
  readonly due: (at: number) => void
  readonly clock: Clock
  readonly random: Random
  readonly sealer: Sealer
  readonly log: Log
  readonly closing: AbortSignal
  readonly track: UnderWay['track']
  readonly onProgress: (guid: Guid) => Promise<void> | void
}

/** The vault around one session, with the session's row. Every live session has one: a class, to share its methods. */
export class SessionHost implements CaptureHost, LatestWriter<KeptSession> {
  readonly #services: SessionServices
  readonly #source: SessionSource
  readonly #kept = new KeepLatest<KeptSession>(this)
  #viewAccess: ViewAccess
  #usedTokens: ReturnType<typeof createRefreshTokens> | undefined

  constructor(services: SessionServices, source: SessionSource) {
    this.#services = services
    this.#source = source
    this.#viewAccess = source.viewAccess
  }

  get track(): UnderWay['track'] {
    return this.#services.track
  }

  due(at: number): void {
    this.#services.due(at)
  }

  begun(): void {
    const { guid } = this.#source
    Promise.try(this.#services.onProgress, guid).catch((error) =>
      this.#warn(error, 'that a session was begun could not be reported'),
    )
  }

  keep(fields: CardFields, progress: Progress): void {
    const { guid } = this.#source
    this.#kept.keep({
      guid,
      progress: JSON.stringify(progress),
      sealed_fields: sealFields(this.#services.sealer, guid, fields),
      link_generation: progress.link.generation,
    })
  }

  kept(): Promise<void> {
    return this.#kept.kept()
  }

  write(session: KeptSession): Promise<unknown> {
    const { store, rows } = this.#services
    return store.write((tx) => rows.keepSession.run(tx, session))
  }

  failed(error: unknown): void {
    this.#warn(error, 'the progress of a capture session could not be kept')
  }

  async recordAttempt(charging: Charging): Promise<Attempt> {
    const { closing, charges } = this.#services
    if (closing.aborted) throw new Problem('provider-unavailable', 'The payment server is closing.')
    await this.#kept.stop()
    return charges.record(this.#source.guid, this.#source.launch, charging)
  }

  authorise(attempt: Attempt, charging: Charging): Promise<CaptureResult> {
    return this.#services.charges.authorise(attempt, this.#source.launch, charging)
  }

  async end(result: CaptureResult, state: ViewState): Promise<void> {
    this.#leave(state)
    await this.#kept.stop()
    await this.#writeEnd(result)
  }

  ended(result: CaptureResult, state: ViewState): Promise<void> {
    this.#leave(state)
    return this.#services.report(this.#source.guid, JSON.stringify(result))
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

  renew(refreshToken: string): Promise<string | undefined> {
    return this.#refreshTokens().renew(refreshToken)
  }

  addRefreshToken(): Promise<string> {
    return this.#refreshTokens().add()
  }

  #refreshTokens(): ReturnType<typeof createRefreshTokens> {
    const { store, rows, random } = this.#services
    const { guid, refreshTokens } = this.#source
    this.#usedTokens ??= createRefreshTokens({
      stored: refreshTokens,
      random,
      keep: (hashes) => store.write((tx) => rows.keepRefreshTokens.run(tx, { guid, refresh_tokens: hashes })),
    })
    return this.#usedTokens
  }

  #leave(state: ViewState): void {
    const { guid, launch } = this.#source
    this.#services.left(guid, { tenant: launch.tenant, state, viewAccess: this.#viewAccess })
  }

  async #writeEnd(result: CaptureResult): Promise<void> {
    const { store, rows, report, clock, log, closing } = this.#services
    const { guid, end, outcome } = result
    const ended = {
      ...{ guid, ended_at: clock.now(), sealed_fields: null },
      result: JSON.stringify(result),
      ending: endingOf(result, this.#source.launch),
    }
    await untilDurable(() => store.write((tx) => rows.endSession.run(tx, ended)), { clock, log, closing })
    log.info({ capture: guid, end, outcome }, 'a capture session ended')
    await report(guid, ended.result)
  }

  #warn(error: unknown, message: string): void {
    this.#services.log.warn({ err: error, capture: this.#source.guid }, message)
  }
}
