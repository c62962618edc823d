import { type Guid, parseGuid } from '../../../base/guid.ts'
import { Problem } from '../../../base/problem.ts'
import { isSigned, type SignedMessage } from '../../../base/signing/verify-webhook.ts'
import type { StoreParts } from '../../../store/parts.ts'
import type { RemoteSessionTable } from '../../../store/tables.ts'
import type { AccountConfiguration } from '../../configurations/account-configuration.ts'
import type { ProviderSettings } from '../../configurations/provider-settings.ts'
import type { AdoptLaunch } from '../../launches/adopt-launch.ts'
import { type LaunchRows, providerOf } from '../../launches/launch-rows.ts'
import type { PendingLaunches } from '../../launches/pending-launches.ts'
import type { ProviderReports } from '../../provider.ts'
import { signingSecretsIn } from '../../webhooks/signing-secrets.ts'
import type { NamedSecrets } from '../ask-provider.ts'
import type { Look } from '../look-at-session.ts'
import type { RemoteSessionRows } from '../remote-session-rows.ts'
import type { TakeResult } from '../take-result.ts'
import type { CallbackUrls } from './callback-url.ts'
import {
  type CallbackResult,
  type CallbackValues,
  chargeOf,
  meaningOf,
  readCallback,
  sentCallbackValues,
} from './read-callback.ts'

/** What came to a callback URL. */
export interface Callback extends SignedMessage {
  readonly accountId: number
  readonly configurationId: number
  readonly secret: string
  readonly format: 'form' | 'json'
}

/**
 * Takes a provider's callback (contract/provider §4); what it says is durable when it resolves. For a session that has
 * ended it changes nothing, unless the outcome was `unknown`.
 *
 * @throws {Problem} `not-found`, one and the same for a forged one and for a session that is not known;
 *   `invalid-request` for one that cannot be read.
 */
export interface TakeCallback {
  take(callback: Callback): Promise<void>
  /** Whether anything may be sent to an address, before a byte of it is read. @throws {Problem} `not-found` */
  admit(address: Pick<Callback, 'accountId' | 'configurationId' | 'secret'>): Promise<void>
}

/** An address stays good for the sessions that were opened with it. */
const formerGenerations = 3

const contentTypeOf = ({ headers }: Callback) => [headers['content-type']].flat()[0]

const nothingHere = () => new Problem('not-found', 'No resource exists at this path.')

export function createTakeCallback({
  store,
  rows,
  urls,
  secrets,
  findConfiguration,
  launching,
  launches,
  adopt,
  reports,
  taking,
  look,
  clock,
  log,
}: Pick<StoreParts, 'store' | 'clock' | 'log'> & {
  readonly rows: RemoteSessionRows
  readonly urls: CallbackUrls
  readonly secrets: NamedSecrets
  readonly findConfiguration: (
    accountId: number,
    id: number,
  ) => AccountConfiguration | undefined | Promise<AccountConfiguration | undefined>
  readonly launching: PendingLaunches
  readonly launches: LaunchRows
  readonly adopt: AdoptLaunch
  readonly reports: ProviderReports
  readonly taking: TakeResult
  /** Asks a provider what became of a session, where it can be asked, and takes what it answers. */
  readonly look: Look
}): TakeCallback {
  /** The generation of the address that a callback came to. */
  async function admittedTo({ accountId, configurationId, secret }: Parameters<TakeCallback['admit']>[0]) {
    const provider = (await findConfiguration(accountId, configurationId))?.provider
    const newest = provider?.callback.generation ?? 1
    const generations = Array.from({ length: formerGenerations + 1 }, (_, index) => newest - index)
    const admitted = generations.filter(
      (generation) => generation > 0 && urls.admits({ accountId, configurationId, generation }, secret),
    )
    const [generation] = admitted
    if (generation === undefined) throw nothingHere()
    return { provider, generation }
  }

  async function sessionOf(values: CallbackValues, { callback }: ProviderSettings, of: Callback) {
    const guid = parseGuid(values(callback.session)?.trim() ?? '')
    if (!guid) return
    const found = (await rowOf(guid)) ?? (await launching.settled().then(() => rowOf(guid)))
    return found?.account_id === of.accountId && found.configuration_id === of.configurationId
      ? found
      : undefined
  }

  /**
   * A launch whose answer was lost, at a provider that cannot be asked: what its callback says of it makes it a session,
   * unless it says that nothing was charged.
   */
  async function sessionOfLaunch(
    values: CallbackValues,
    { callback }: ProviderSettings,
    of: Callback,
    generation: number,
  ): Promise<RemoteSessionTable | 'nothing' | undefined> {
    const sessionGuid = parseGuid(values(callback.session)?.trim() ?? '')
    const launch = sessionGuid && (await launches.find.first(store.reader, { sessionGuid }))
    const settings = launch && providerOf(launch)
    if (launch?.state !== 'asked' || launch.follow !== 'wait' || !settings) return
    if (launch.account_id !== of.accountId || launch.configuration_id !== of.configurationId) return
    if (settings.callback.generation !== generation || !(await isFrom(of, settings))) return
    const said = meaningOf(values, settings.callback)
    if (said === 'cancelled' || said === 'failed' || said === 'in-progress') return 'nothing'
    const guid = parseGuid(values('ppCallID')?.trim() ?? '') ?? (launch.session_guid as Guid)
    await adopt(launch, guid)
    return rowOf(guid)
  }

  const rowOf = async (guid: Guid) =>
    (await rows.findBySession.first(store.reader, { sessionGuid: guid })) ??
    (await rows.find.first(store.reader, { guid }))

  async function isFrom(
    { accountId, configurationId, headers, body }: Callback,
    { callback }: ProviderSettings,
  ): Promise<boolean> {
    if (callback.secret === undefined) return true
    const signing = signingSecretsIn((await secrets.find(accountId, callback.secret)) ?? '')
    if (signing) return isSigned({ headers, body }, signing, clock.now())
    const where = { accountId, configurationId, secret: callback.secret }
    log.error(where, 'the account has no signing secret of this name: callbacks of its provider are refused')
    return false
  }

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
      const row =
        (await sessionOf(values, provider, callback)) ??
        (await sessionOfLaunch(values, provider, callback, generation))
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

  /** A provider that can be asked says more than its callback, and nobody can forge its answer. */
  async function takeSaid(said: CallbackResult, row: RemoteSessionTable, session: object): Promise<void> {
    const guid = row.provider_session_guid as Guid
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
}
