import { createHmac } from 'node:crypto'
import type { Guid } from '../../../base/guid.ts'
import { Problem } from '../../../base/problem.ts'
import { isSameDigest } from '../../../base/signing/same-secret.ts'
import type { StoreParts } from '../../../store/parts.ts'
import type { PaymentLinks } from '../../links/payment-links.ts'
import type { Launch, Launched, LaunchName } from '../../model/launch.ts'
import type { VaultRows } from '../../model/vault-rows.ts'
import type { OpenSessions } from '../open-sessions.ts'
import type { ResultReports } from '../reports/report-results.ts'
import type { ViewTokens } from '../view-tokens.ts'

/**
 * The launches of a launcher in another process, who may lose the answer. It chooses what the session is called, so
 * that a launch that comes twice is one session, and one that it has called off is none, even when it comes afterwards.
 *
 * A link that the flow sends at once is sent when the launcher has said that it has the session. Operations on one
 * GUID must come one after the other.
 */
export interface NamedLaunches {
  nameOf(guid: Guid, launch: Launch): LaunchName
  /**
   * What was launched under a name before, handed out again with tokens of its own; `undefined` when nothing was.
   *
   * @throws {Problem} `session-ended` when it was called off, or has ended without a charge; `idempotency-mismatch`
   *   when something else was launched.
   */
  again(name: LaunchName, launch: Launch): Promise<Launched | undefined>
  /** The launcher has the session, durably. Harmless when it is said twice, and after the end. */
  opened(guid: Guid): Promise<void>
  /**
   * Ends what was launched, or sees to it that it never is; durable when it resolves.
   *
   * @returns `nothing` when no card was and will be charged; `session` when one was or may be: its result is reported.
   */
  callOff(guid: Guid): Promise<'nothing' | 'session'>
}

export function createNamedLaunches({
  store,
  rows,
  sessions,
  viewTokens,
  links,
  region,
  reports,
  clock,
  random,
  sealer,
}: Pick<StoreParts, 'store' | 'region' | 'clock' | 'random' | 'sealer'> & {
  readonly rows: VaultRows
  readonly sessions: OpenSessions
  readonly viewTokens: ViewTokens
  readonly links: PaymentLinks
  readonly reports: Pick<ResultReports, 'withhold'>
}): NamedLaunches {
  const secrets = sealer.derivations('named launch')
  const digestOf = (launch: Launch, secret: Buffer) =>
    createHmac('sha256', secret).update(contentOf(launch)).digest()

  return {
    nameOf: (guid, launch) => ({ guid, digest: digestOf(launch, secrets[0]) }),

    async again({ guid }, launch) {
      const row = await rows.named.first(store.reader, { guid })
      if (!row) return undefined
      const { launch_digest: digest, state, attempt } = row
      if (state === 'called-off') throw new Problem('session-ended', 'This launch was called off.')
      if (!digest || !secrets.some((secret) => isSameDigest(digestOf(launch, secret), digest))) {
        throw new Problem('idempotency-mismatch', 'A different request was launched under this name.')
      }
      if (state === 'ended' && attempt === null) throw new Problem('session-ended', 'The session has ended.')
      return {
        guid,
        viewUrl: `${region.paymentOrigin}/session/${launch.tenant}/view/${guid}/framed`,
        accessToken: viewTokens.issue(guid),
        refreshToken: (await sessions.find(guid)?.addRefreshToken()) ?? random(16).toString('hex'),
        paymentFormUrl: launch.keptCard ? '' : links.urlOf(guid, row.link_generation),
        durable: Promise.resolve(),
        alongside: store.write,
      }
    },

    async opened(guid) {
      const isFirst = (await store.write((tx) => rows.markOpened.run(tx, { guid }))) > 0
      if (!isFirst) return
      const session = sessions.find(guid)
      session?.chargeKept()
      void session?.sendPendingLink()
    },

    async callOff(guid) {
      const session = sessions.find(guid)
      if (session || (await rows.named.first(store.reader, { guid }))) reports.withhold(guid)
      const isGoingOn = await session?.cancel().then(() => false, isBeingCharged)
      if (isGoingOn) return 'session'
      await store.write((tx) => rows.insertCalledOff.run(tx, { guid, now: clock.now() }))
      const row = await rows.named.first(store.reader, { guid })
      if (row?.state === 'open') throw new Error('A session that was called off is open still.')
      return row?.attempt ? 'session' : 'nothing'
    },
  }
}

function isBeingCharged(error: unknown): true {
  if (error instanceof Problem && error.code === 'not-possible-now') return true
  throw error
}

/** What is paid, by whom and how; the flow is that of the first launch. */
const contentOf = ({ tenant, order, initialValues, entry, caller, keptCard }: Launch): string =>
  JSON.stringify([
    tenant,
    [order.amountMinor, order.currency, order.reference ?? null],
    Object.entries(initialValues).sort(([a], [b]) => (a < b ? -1 : 1)),
    entry,
    caller,
    ...(keptCard ? [keptCard.token] : []),
  ])
