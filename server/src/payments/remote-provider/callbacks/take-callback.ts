import type { StoreParts } from '../../../store/parts.ts'
import type { RemoteSessionTable } from '../../../store/tables.ts'
import type { ProviderSettings } from '../../configurations/provider-settings.ts'
import type { AdoptLaunch } from '../../launches/adopt-launch.ts'
import type { LaunchRows } from '../../launches/launch-rows.ts'
import type { LaunchesInHand } from '../../launches/launches-in-hand.ts'
import type { ProviderReports } from '../../provider.ts'
import type { NamedSecrets } from '../ask-provider.ts'
import type { Look } from '../look-at-session.ts'
import type { RemoteSessionRows } from '../remote-session-rows.ts'
import type { TakeResult } from '../take-result.ts'
import { type CallbackAddress, createAdmitCallback, type FindConfiguration } from './admit-callback.ts'
import { type Callback, nothingHere, notYet } from './callback.ts'
import { createIsFromProvider } from './callback-signature.ts'
import type { CallbackUrls } from './callback-url.ts'
import {
  type CallbackResult,
  chargeOf,
  meaningOf,
  readCallback,
  sentCallbackValues,
} from './read-callback.ts'
import { createSessionOfCallback } from './session-of-callback.ts'

/**
 * Takes a provider's callback (contract/provider §4); what it says is durable when it resolves. For a session that has
 * ended it changes nothing, unless the outcome was `unknown`.
 *
 * @throws {Problem} `not-found`, one and the same for a forged one and for a session that is not known;
 *   `invalid-request` for one that cannot be read; `provider-unavailable` while its session may still be opened.
 */
export interface TakeCallback {
  take(callback: Callback): Promise<void>
  /** Whether anything may be sent to an address, before a byte of it is read. @throws {Problem} `not-found` */
  admit(address: CallbackAddress): Promise<void>
}

const contentTypeOf = ({ headers }: Callback) => [headers['content-type']].flat()[0]

export function createTakeCallback(
  parts: Pick<StoreParts, 'store' | 'clock' | 'log'> & {
    readonly rows: RemoteSessionRows
    readonly urls: CallbackUrls
    readonly secrets: NamedSecrets
    readonly findConfiguration: FindConfiguration
    readonly inHand: LaunchesInHand
    readonly launches: LaunchRows
    readonly adopt: AdoptLaunch
    readonly reports: Pick<ProviderReports, 'recordProgress' | 'recordResult'>
    readonly taking: TakeResult
    /** Asks a provider what became of a session, where it can be asked, and takes what it answers. */
    readonly look: Look
  },
): TakeCallback {
  const { log } = parts
  const admittedTo = createAdmitCallback(parts)
  const isFrom = createIsFromProvider(parts)
  const { sessionOf, sessionOfLaunch } = createSessionOfCallback({ ...parts, isFrom })
  const takeSaid = createTakeSaid(parts)

  return {
    async admit(address) {
      await admittedTo(address)
    },

    async take(callback) {
      const { accountId, configurationId } = callback
      const { provider, generation } = await admittedTo(callback)
      const where = { accountId, configurationId }
      if (!provider) {
        log.error(
          where,
          'a callback arrived for a configuration that no longer names a provider: check the payment at the provider',
        )
        throw nothingHere()
      }
      const values = sentCallbackValues(callback.body, callback.format, contentTypeOf(callback))
      const found = await sessionOf(values, provider, callback)
      const row =
        found && found !== 'not yet' ? found : await sessionOfLaunch(values, provider, callback, generation)
      if (found === 'not yet' && (row === undefined || row === 'nothing')) throw notYet()
      if (row === 'nothing') return
      if (!row) {
        const { gatewayReference } = chargeOf(values, provider.callback)
        log.error(
          { ...where, said: meaningOf(values, provider.callback), gatewayReference },
          'a callback arrived for an unknown session: check the payment at the provider',
        )
        throw nothingHere()
      }
      const settings: ProviderSettings = JSON.parse(row.provider)
      const isOfAddress = [provider, settings].some((each) => each.callback.generation === generation)
      const session = { ...where, sessionGuid: row.session_guid }
      if (!isOfAddress || !(await isFrom(callback, settings))) {
        log.error(session, 'a callback has an invalid signature, or was sent to an old address')
        throw nothingHere()
      }
      const said = readCallback(values, settings.callback, row)
      await takeSaid(said, row, session)
    },
  }
}

/** A provider that can be asked says more than its callback, and nobody can forge its answer. */
const createTakeSaid =
  ({
    look,
    reports,
    taking,
    log,
  }: Pick<StoreParts, 'log'> & {
    readonly look: Look
    readonly reports: Pick<ProviderReports, 'recordProgress' | 'recordResult'>
    readonly taking: TakeResult
  }) =>
  async (said: CallbackResult, row: RemoteSessionTable, session: object): Promise<void> => {
    const guid = row.provider_session_guid
    const looked = await look(guid)
    if (looked === 'taken') return
    if (looked === 'open')
      return log.warn(session, 'a callback arrived for a session that its provider reports as open')
    if (said.kind === 'in-progress') return reports.recordProgress(guid)
    const { kind: _, doubt, ...result } = said
    if (doubt) {
      log.error(
        { ...session, doubt },
        'a provider approved a different amount from the order; the outcome is unknown',
      )
    }
    await taking.take({ guid, ...result })
  }
