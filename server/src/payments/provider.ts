import type { SessionResult } from '@tonegate/protocol/outcome'
import type { Guid } from '../base/guid.ts'
import { Problem } from '../base/problem.ts'
import type { Actor } from '../base/request-scope.ts'
import type { Connection } from '../store/store.ts'
import type { Order } from '../vault/model/launch.ts'
import type { OrderedPayment, PaymentOrder, PaymentSummary } from '../vault/model/payment-summary.ts'
import type { ProgressOfSessions, SessionProgress } from '../vault/model/session-progress.ts'
import type { LinkOrder } from '../vault/model/vault-sessions.ts'
import type { AccountConfiguration } from './configurations/account-configuration.ts'
import type { ProviderSettings } from './configurations/provider-settings.ts'

/** What a provider needs to take a card. */
export interface ProviderLaunch {
  /** What the Payment API will call the session. */
  readonly sessionGuid: Guid
  readonly accountId: number
  /** Whose session it is, and whose call. */
  readonly agentId: string
  readonly configuration: AccountConfiguration
  readonly kind: 'agent-assist' | 'digital'
  readonly order: Order
  readonly paymentData: Readonly<Record<string, string | null>>
  /** The call whose tones are moved to the provider; null where there is none. */
  readonly callGuid: Guid | null
  /** What the provider shall call the session, where it lets itself be told. */
  readonly providerSessionGuid?: Guid
}

/** A launch that was asked of a provider in another process, as it was written down before. */
export interface DistantLaunch extends Pick<ProviderLaunch, 'sessionGuid' | 'accountId'> {
  readonly configurationId: number
  /** Not known while the answer is not there, where the provider chooses it. */
  readonly providerSessionGuid: Guid | undefined
  /** As it was then; `undefined` for the vault of the other process. */
  readonly provider: ProviderSettings | undefined
}

/** What has to be known of a launched session beside the launch, to take it up. */
export interface LaunchedTerms {
  readonly order: Order
  /** Milliseconds since the epoch, as is {@link expiresAt}. */
  readonly askedAt: number
  readonly expiresAt: number
}

/**
 * A provider in another process: a launch can arrive there although its answer never comes. Each is therefore written
 * down before it is asked for, and followed up until it is known what became of it.
 */
export interface DistantProvider {
  /** `ask`: a launch may be asked for again, and be called off. `wait`: only a callback can tell. */
  readonly follow: 'ask' | 'wait'
  /** Whether it takes the name that it is given for a session. */
  readonly isNamed: boolean
  /** The session is there, durably: what waited for that is done, such as sending its link. */
  opened(launch: DistantLaunch): Promise<void>
  /**
   * Ends what may have been launched, or sees to it that it never is. Harmless when it is repeated.
   *
   * @returns what is there that may have been paid, or will be: it has to be taken up. `undefined` when nothing is.
   * @throws {Problem} `provider-unavailable`, `provider-refused`: it is not known.
   */
  callOff(launch: DistantLaunch): Promise<Guid | undefined>
  /** Writes what the provider's own side keeps of a session that is taken up, in the same transaction. */
  adopt(
    transaction: Connection,
    launch: DistantLaunch & { readonly providerSessionGuid: Guid },
    terms: LaunchedTerms,
  ): Promise<void>
}

/** A launch failed, and for certain nothing of it is at the provider or will be. */
export class NotLaunched extends Problem {}

/** What the answer to the POST hands on (contract/payment-api §3). */
export interface ProviderLaunched {
  readonly providerSessionGuid: Guid
  readonly iframeUrl: string
  readonly agentAccessToken: string
  readonly agentRefreshToken: string
  /** Empty where the provider has no page for the customer. */
  readonly paymentFormUrl: string
  /** Resolves when the provider would know the session after a crash; nobody is told of it before. */
  readonly durable: Promise<void>
  /**
   * Writes what is there with the provider's own rows or not at all, if nothing else is waited for before. Absent where it
   * has a store of its own.
   */
  readonly alongside?: (write: (transaction: Connection) => Promise<void>) => Promise<void>
}

/** A link that is on its way to the customer. */
export interface ProviderSentLink {
  readonly channel: LinkOrder['channel']
  readonly paymentFormUrl: string
}

/** The only way from payments to card entry: the vault, PCI Pal, or another Tonegate's vault. No digit passes through it. */
export interface Provider {
  /** How launches are followed up; `undefined` where the provider is in this process and shares its store. */
  distant?(provider: ProviderSettings | undefined): DistantProvider | undefined
  /**
   * @throws {NotLaunched} when nothing of it is there; of a distant provider, a launch that ends in another 5xx may
   *   have arrived.
   * @throws {Problem} `provider-refused`, `provider-unavailable`.
   */
  launch(request: ProviderLaunch): Promise<ProviderLaunched>
  /**
   * The session is there, durably: what waits for that is done, such as charging a kept card. Harmless when it is
   * repeated. Absent where nothing waits; a provider in another process is told by {@link DistantProvider.opened}.
   */
  opened?(providerSessionGuid: Guid): Promise<void>
  /**
   * Ends an open session; its result then comes as {@link SessionResult} like any other. Harmless when it has
   * ended.
   *
   * @throws {Problem} `not-possible-now` once the gateway has been asked.
   */
  cancel(providerSessionGuid: Guid): Promise<void>
  /**
   * Voids what was authorised in a session that has ended and was not captured, where its configuration allows it;
   * the result then comes again, as `cancelled`. Harmless when it is asked again.
   *
   * @throws {Problem} `provider-unavailable`.
   */
  cancelAfterwards(providerSessionGuid: Guid): Promise<'voided' | 'refused' | 'not-known' | 'nothing'>
  /**
   * Where the money of a session's payment is.
   *
   * @throws {Problem} `not-found` where none was approved; `not-possible-now` where the provider does not tell.
   */
  findPayment(providerSessionGuid: Guid): Promise<PaymentSummary>
  /**
   * Captures, refunds or voids a payment; see `vault/charge/order-payment.ts`.
   *
   * @param by whoever gives the order.
   * @throws {Problem} `not-found`, `invalid-request`, `amount-not-possible`, `not-possible-now`; `provider-unavailable`: it
   *   is not known whether it was begun, and it is asked for again by its name.
   */
  orderPayment(providerSessionGuid: Guid, order: PaymentOrder, by: Actor): Promise<OrderedPayment>
  /**
   * Sends the customer's link, without a channel as it went last or where an address is known. Resolves when it was
   * accepted for delivery; to another address than before it is a new link, and the former one ends.
   *
   * @throws {Problem} `session-ended`, `invalid-request` without a usable address, `not-possible-now` where nothing is
   *   sent by the channel, `quota-exceeded`, `link-not-sent`.
   */
  sendLink(providerSessionGuid: Guid, order: Partial<LinkOrder>): Promise<ProviderSentLink>
  /**
   * Closes the agent's view of an open session for good: whoever has it open sees and does nothing more in it, and the
   * payment goes on without. Harmless when it is closed already, or the session has ended. Rejects when it may still be
   * open; it is then asked again.
   */
  closeView(providerSessionGuid: Guid): Promise<void>
  /**
   * What has happened in sessions before their end, as far as it is written; those of which the provider has nothing of the
   * kind are left out.
   */
  findProgress(providerSessionGuids: readonly Guid[]): Promise<ProgressOfSessions>
}

/** What comes back up from a provider. Each may come more than once. */
export interface ProviderReports {
  /** Somebody opened a page, or a first key was pressed. */
  recordProgress(providerSessionGuid: Guid): Promise<void>
  /**
   * The session ended; or an outcome that was `unknown` has become known. A result counts as taken when it resolves.
   *
   * @throws {Problem} `not-found` for a session that nobody knows: whoever reports it keeps it.
   */
  recordResult(result: SessionResult): Promise<void>
  /**
   * What has happened in a session before its end, where its configuration has a webhook for it.
   *
   * @throws {Problem} `not-found`
   */
  recordCourse(providerSessionGuid: Guid, progress: readonly SessionProgress[]): Promise<void>
  /**
   * A capture, a refund or a void was carried out or refused, or its gateway has not answered.
   *
   * @throws {Problem} `not-found`
   */
  recordOperation(providerSessionGuid: Guid, ordered: OrderedPayment): Promise<void>
  /** Something has happened in a session of this process: a hint, for those who follow it. */
  courseKept?(providerSessionGuid: Guid): void
}
