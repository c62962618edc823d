import type { SessionResult } from '@tonegate/protocol/outcome'
import { type LinkChannel, linkChannels } from '@tonegate/protocol/view-state'
import { prepareRecord } from '../audit/record.ts'
import { createDueSweep } from '../base/due-sweep.ts'
import type { Guid } from '../base/guid.ts'
import { within } from '../base/within.ts'
import type { StoreParts } from '../store/parts.ts'
import { createCharges } from './charge/charges.ts'
import { createFindEnding } from './charge/ending.ts'
import { createGatewayNotifications, type GatewayNotifications } from './charge/gateway-notifications.ts'
import { createKeptCards } from './charge/kept-cards.ts'
import { createVoidAuthorised } from './charge/reversals/void-authorised.ts'
import { createUnderWay } from './charge/under-way.ts'
import type { LinkSenders } from './links/link-sender.ts'
import { createMessageBounds } from './links/message-bounds.ts'
import type { MessageLimits } from './links/message-limits.ts'
import { createPaymentLinks } from './links/payment-links.ts'
import type { Gateways } from './model/gateway.ts'
import type { OpenSessionCount, SessionMeter } from './model/session-meter.ts'
import type { SessionProgress } from './model/session-progress.ts'
import { prepareVaultRows } from './model/vault-rows.ts'
import type { VaultSessions } from './model/vault-sessions.ts'
import { createFindProgress, type FindProgress } from './session/find-progress.ts'
import { createLaunch } from './session/launch/launch-card-entry.ts'
import { createNamedLaunches, type NamedLaunches } from './session/launch/named-launches.ts'
import { createOpenSessions } from './session/open-sessions.ts'
import { removeOldSessions } from './session/remove-old-sessions.ts'
import { createResultReports } from './session/reports/report-results.ts'
import { createResume } from './session/resume/resume-sessions.ts'
import { createMoneySweep } from './session/resume/sweep-money.ts'
import { createViewTokens, type ViewTokens } from './session/view-tokens.ts'
import { createWakeSession } from './session/wake-session.ts'

/** The card side of a region's payments. */
export interface Vault extends VaultSessions {
  /** The access tokens of the agent view. */
  readonly viewTokens: ViewTokens
  /** Those that links can be sent by. */
  readonly channels: readonly LinkChannel[]
  /** @throws {StoreUnavailable} for a session that has ended, as long as that cannot be written. */
  requireEndWritten(guid: Guid): void
  /** Launches of sessions that somebody in another process has named. */
  readonly named: NamedLaunches
  /** What gateways tell by themselves. */
  readonly notifications: GatewayNotifications
  /** What has happened in sessions that are open, or have ended. */
  readonly findProgress: FindProgress
  /** The open sessions of this process, by what they have in common. */
  countOpen(): readonly OpenSessionCount[]
  /** A gateway has told another node something of a payment whose session this one has. */
  told(idempotencyKey: string): void
  /**
   * Takes up what the process before this one left: open sessions come back to life, charges without an answer
   * are reconciled, results that were not taken are reported; and from then on what other nodes leave when they die. To be
   * called once, before anything else.
   */
  resume(): Promise<void>
  /**
   * Takes nothing more, and leaves the open sessions to other nodes at once, where there are any; those that are being
   * charged when that has come to its end.
   */
  handOver(): Promise<void>
  /**
   * Takes no more sessions and payments, waits until the gateways have answered or timed out and the results
   * were reported, and wipes every digit in memory. Open sessions stay open for the next process.
   */
  close(): Promise<void>
}

/** What the vault is made of beside what every room of the region is. */
interface VaultParts {
  readonly gateways: Gateways
  readonly linkSenders: LinkSenders
  readonly messageLimits: MessageLimits
  /**
   * Called for each session, when the first key is pressed or the first page opened: again until it resolves, also by the
   * next process.
   */
  readonly onProgress: (guid: Guid) => Promise<void> | void
  /**
   * Hears of what happens in a session before its end, where its launch says so; again until it resolves, and from the
   * beginning by the next process.
   */
  readonly onCourse?: (guid: Guid, progress: readonly SessionProgress[]) => Promise<void>
  /** Hears that something has happened in a session, and is written; of the sessions of this process alone. */
  readonly onKept?: (guid: Guid) => void
  /** Hears of each session that another node has left. */
  readonly takenOver?: (guid: Guid) => void
  /** Whether a payment session is there that a session was launched for; where that is not known here, it is. */
  readonly isWanted?: (sessionGuid: Guid) => Promise<boolean>
  /**
   * Takes a result. Called again with the same until it resolves, also by the next process; and with a second
   * one of the same session when an outcome that was `unknown` has become known.
   */
  readonly onResult: (result: SessionResult) => Promise<void>
  /** Hears that something was told here of a payment whose session another node has: that one is to be {@link Vault.told}. */
  readonly toldElsewhere?: (guid: Guid, idempotencyKey: string) => void
  readonly sessionMeter?: SessionMeter
}

/** So long a process that ends waits for what is under way before it leaves its sessions to others. */
const handOverPatience = 2_000

export function createVault(parts: StoreParts & VaultParts): Vault {
  const { store, clock, linkSenders, takenOver = () => {}, isWanted = async () => true } = parts
  const closing = new AbortController()
  const underWay = createUnderWay()
  const rows = prepareVaultRows(store)
  const viewTokens = createViewTokens(parts)
  const bounds = createMessageBounds({ ...parts, limits: parts.messageLimits })
  const links = createPaymentLinks({ ...parts, senders: linkSenders, bounds })
  const sessions = createOpenSessions({ wake: (source) => wake(source), now: clock.now })
  const reports = createResultReports({ ...parts, rows })
  const keptCards = createKeptCards(parts)
  const record = prepareRecord(parts)
  const running = { ...parts, rows, record, closing: closing.signal, track: underWay.track }
  const charges = createCharges({ ...running, keptCards, report: reports.reportOwn })
  const sweep = createDueSweep({ clock, sweep: sessions.tickAll })
  const unwrittenEnds = new Map<Guid, unknown>()
  const shared = { ...running, due: sweep.due, charges, sessions, links, viewTokens, reports }
  const wake = createWakeSession({ ...shared, unwrittenEnds, left: sessions.end })
  const removal = removeOldSessions(running)
  const money = createMoneySweep({ ...parts, charges, reports })

  async function handOver(): Promise<void> {
    closing.abort()
    sweep.close()
    sessions.suspendAll()
    if (!store.isShared) return
    // What was typed last is being kept, and a link sent.
    await within(underWay.idle(), handOverPatience, clock)
    await store
      .write((tx) => rows.giveUp.run(tx, { owner: store.nodeId }))
      .catch((error) =>
        parts.log.warn(
          { err: error },
          'other servers could not be left the sessions; they take them when this one has ended',
        ),
      )
  }

  return {
    viewTokens,
    channels: linkChannels.filter((channel) => linkSenders[channel]),
    launch: createLaunch({ ...shared, keptCards }),
    named: createNamedLaunches(shared),
    notifications: createGatewayNotifications({ ...shared, report: reports.reportOwn }),
    told: charges.told,
    findProgress: createFindProgress({ store, rows }),
    countOpen: sessions.count,
    find: sessions.find,
    findLastState: sessions.findLastState,
    findEnding: createFindEnding({ store, rows, links }),
    async closeView(guid) {
      const session = sessions.find(guid)
      if (session) await session.closeView()
      else sessions.closeLastView(guid)
    },
    requireEndWritten(guid) {
      if (unwrittenEnds.has(guid)) throw unwrittenEnds.get(guid)
    },
    voidAuthorised: createVoidAuthorised({ store, rows, reversals: charges.reversals, clock }),
    resume: createResume({ ...shared, money, takenOver, isWanted }),
    handOver,
    async close() {
      const stopped = Promise.all([removal.close(), bounds.close(), money.close()])
      await handOver()
      await underWay.idle()
      charges.close()
      await reports.stop()
      await stopped
    },
  }
}
