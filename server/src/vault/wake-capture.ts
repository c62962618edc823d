import type { Clock } from '../base/clock.ts'
import type { Guid } from '../base/guid.ts'
import type { Log } from '../base/log.ts'
import { Problem } from '../base/problem.ts'
import type { Random } from '../base/random.ts'
import type { Sealer } from '../base/seal.ts'
import type { Store } from '../store/store.ts'
import { createCapture } from './capture.ts'
import type { Capture } from './capture-host.ts'
import type { CaptureResult } from './capture-result.ts'
import type { CaptureRows, KeptSession } from './capture-rows.ts'
import type { LastState } from './capture-sessions.ts'
import type { Charges } from './charges.ts'
import { endingOf } from './ending.ts'
import { createKeepLatest } from './keep-latest.ts'
import type { Launch } from './launch.ts'
import type { SessionSource } from './open-sessions.ts'
import type { PaymentLinks } from './payment-links.ts'
import { createRefreshTokens } from './refresh-tokens.ts'
import { restoreFields, sealFields } from './sealed-card.ts'
import type { UnderWay } from './under-way.ts'
import { untilDurable } from './until-durable.ts'

/** Makes the state machine of an open session, with its row behind it. */
export function createWakeCapture({
  store,
  rows,
  left,
  links,
  charges,
  report,
  due,
  clock,
  random,
  sealer,
  log,
  closing,
  track,
  onProgress,
}: {
  readonly store: Store
  readonly rows: CaptureRows
  /** The session has ended, and is found no more but for its last state. */
  readonly left: (guid: Guid, last: LastState) => void
  readonly links: PaymentLinks
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
}) {
  const warn = (guid: Guid, message: string) => (error: unknown) =>
    log.warn({ err: error, capture: guid }, message)

  async function writeEnd(result: CaptureResult, launch: Launch): Promise<void> {
    const { guid, end, outcome } = result
    const ended = {
      ...{ guid, ended_at: clock.now(), sealed_fields: null },
      result: JSON.stringify(result),
      ending: endingOf(result, launch),
    }
    await untilDurable(() => store.write((tx) => rows.endSession.run(tx, ended)), { clock, log, closing })
    log.info({ capture: guid, end, outcome }, 'a capture session ended')
    await report(guid, ended.result)
  }

  function restore(capture: Capture, sealed: Uint8Array): void {
    try {
      restoreFields(sealer, capture.guid, sealed, capture.fields)
    } catch (error) {
      log.error({ err: error, capture: capture.guid }, 'the sealed card of a session cannot be opened')
    }
  }

  return (source: SessionSource): Capture => {
    const { guid, launch, refreshTokens, sealedFields } = source
    const kept = createKeepLatest<KeptSession>({
      write: (session) => store.write((tx) => rows.keepSession.run(tx, session)),
      failed: warn(guid, 'the progress of a capture session could not be kept'),
      track,
    })
    const { renew, add } = createRefreshTokens({
      stored: refreshTokens,
      random,
      keep: (hashes) => store.write((tx) => rows.keepRefreshTokens.run(tx, { guid, refresh_tokens: hashes })),
    })
    const leave = () => left(guid, { tenant: launch.tenant, state: capture.view() })
    const capture = createCapture({
      source,
      renew,
      addRefreshToken: add,
      links,
      clock,
      log,
      host: {
        due,
        track,
        keep: (fields, now) =>
          kept.keep({
            guid,
            progress: JSON.stringify(now),
            sealed_fields: sealFields(sealer, guid, fields),
            link_generation: now.link.generation,
          }),
        kept: kept.kept,
        begun: () => {
          Promise.try(onProgress, guid).catch(warn(guid, 'that a session was begun could not be reported'))
        },
        async recordAttempt(charging) {
          if (closing.aborted) throw new Problem('provider-unavailable', 'The payment server is closing.')
          await kept.stop()
          await charges.record(guid, launch, charging)
        },
        authorise: (charging) => charges.authorise(guid, launch, charging),
        end(result) {
          leave()
          return kept.stop().then(() => writeEnd(result, launch))
        },
        ended(result) {
          leave()
          return report(guid, JSON.stringify(result))
        },
      },
    })
    if (sealedFields) restore(capture, sealedFields)
    return capture
  }
}
