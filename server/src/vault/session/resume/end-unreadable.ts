import { prepareRecord } from '../../../audit/record.ts'
import type { Guid } from '../../../base/guid.ts'
import { NotSealedHere } from '../../../base/seal.ts'
import type { StoreParts } from '../../../store/parts.ts'
import type { ChargeAttempt } from '../../charge/attempt.ts'
import { resultOf } from '../../charge/charge-result.ts'
import type { Charges } from '../../charge/charges.ts'
import type { UnderWay } from '../../charge/under-way.ts'
import { untilDurable } from '../../charge/until-durable.ts'
import { sessionInAudit } from '../../model/session-in-audit.ts'
import type { SessionMeter } from '../../model/session-meter.ts'
import { unreadableResultOf } from '../../model/unreadable-result.ts'
import type { VaultRows } from '../../model/vault-rows.ts'
import type { ResultReports } from '../reports/report-results.ts'

/** A session whose row cannot be read: it was damaged, or sealed for another session or under a key that is not there. */
export interface Unreadable {
  readonly guid: Guid
  readonly error: unknown
  /** The charge that was under way in it. */
  readonly attempt: ChargeAttempt | undefined
  /** What is known of its card, sealed; null where there was no charge, or that cannot be read either. */
  readonly sealedCard: Uint8Array | null
  /** JSON of what happened in it, where that can be read. */
  readonly course: string
  readonly epoch: number
}

/**
 * Ends an open session that cannot be taken up, as an error and `unknown`: nobody can say what its row said of money. A
 * charge that was under way in it is looked for, so that its outcome becomes known. Resolves when that is durable and
 * reported.
 */
export function createEndUnreadable({
  store,
  rows,
  charges,
  reports,
  track,
  clock,
  closing,
  log,
  sessionMeter,
}: Pick<StoreParts, 'store' | 'clock' | 'log'> & {
  readonly rows: VaultRows
  readonly charges: Charges
  readonly reports: Pick<ResultReports, 'report'>
  readonly track: UnderWay['track']
  readonly closing: AbortSignal
  readonly sessionMeter?: SessionMeter
}): (unreadable: Unreadable) => Promise<void> {
  const record = prepareRecord({ store, clock })

  async function writeEnd({ guid, attempt, sealedCard, course, epoch }: Unreadable): Promise<void> {
    const result = attempt ? resultOf(guid, undefined, attempt.charged?.summary) : unreadableResultOf(guid)
    const ended = { guid, ended_at: clock.now(), result: JSON.stringify(result), ending: null }
    const write = () =>
      store.write(async (tx) => {
        if (!attempt) await rows.lockOpen.run(tx, { guid })
        const changes = attempt
          ? await rows.endSession.run(tx, { ...ended, sealed_fields: sealedCard })
          : await rows.endUncharged.run(tx, { ...ended, course, epoch })
        const session = sessionInAudit(guid, attempt?.tenant ?? null)
        if (changes > 0) await record(tx, { action: 'session.end', ...session, outcome: result.end })
        return changes
      })
    const changes = await untilDurable(write, { clock, log, closing })
    if (changes > 0) {
      sessionMeter?.ended('unreadable', result)
      await reports.report(guid)
    }
    if (attempt) await charges.sweep()
  }

  return async (unreadable) => {
    const { guid, error } = unreadable
    log.error(
      { capture: guid, reason: reasonOf(error) },
      'a session cannot be read and ends as an error; its payment’s outcome is unknown',
    )
    await track(writeEnd(unreadable)).catch((err) =>
      log.error({ err, capture: guid }, 'the end of an unreadable session could not be stored'),
    )
  }
}

/** What cannot be parsed would be quoted by its error. */
const reasonOf = (error: unknown): string =>
  error instanceof NotSealedHere ? error.message : 'The stored data is not in the server’s format.'
