import type { Generated } from 'kysely'
import type { Guid } from '../base/guid.ts'
import type { NodeId } from './nodes/node-id.ts'

/** Milliseconds since the Unix epoch. */
type Time = number
/** 0 or 1: the one way of writing a truth value that both engines share. */
type Flag = 0 | 1
/** JSON in a text column. */
type Json = string
/** A list of words with a space between each, as OAuth writes scopes. */
type Words = string

/** The tables of a region's database. Each module touches its own. */
export interface Tables {
  account: AccountTable
  client: ClientTable
  client_secret: ClientSecretTable
  user: UserTable
  signing_key: SigningKeyTable
  sign_in: SignInTable
  consent: ConsentTable
  authorization_code: AuthorizationCodeTable
  refresh_token: RefreshTokenTable
  revocation: RevocationTable
  used_assertion: UsedAssertionTable
  throttled: ThrottledTable
  known_source: KnownSourceTable
  account_configuration: AccountConfigurationTable
  payment_session: PaymentSessionTable
  idempotent_request: IdempotentRequestTable
  capture_session: CaptureSessionTable
  charge_attempt: ChargeAttemptTable
  charge_follow_up: ChargeFollowUpTable
  kept_card: KeptCardTable
  gateway_notification: GatewayNotificationTable
  sandbox_payment: SandboxPaymentTable
  sandbox_follow_up: SandboxFollowUpTable
  gateway_account: GatewayAccountTable
  account_secret: AccountSecretTable
  payment_operation: PaymentOperationTable
  webhook_delivery: WebhookDeliveryTable
  remote_session: RemoteSessionTable
  provider_client: ProviderClientTable
  provider_flow: ProviderFlowTable
  provider_session: ProviderSessionTable
  provider_callback: ProviderCallbackTable
  provider_launch_key: ProviderLaunchKeyTable
  message_count: MessageCountTable
  call_platform: CallPlatformTable
  call_platform_key: CallPlatformKeyTable
  live_call: LiveCallTable
  launch_under_way: LaunchUnderWayTable
  store_probe: StoreProbeTable
  node: NodeTable
  audit_unlinked: AuditUnlinkedTable
  audit_log: AuditLogTable
  audit_end: AuditEndTable
  own_region: OwnRegionTable
}

type Algorithm = 'ES256' | 'RS256' | 'EdDSA'

/** identity: a contact centre's tenancy. */
export interface AccountTable {
  id: number
  name: string
  /** 1: payments here are real, so that calls cannot be skipped. */
  production: Flag
  created_at: Time
}

/** identity: API credentials. */
export interface ClientTable {
  id: Guid
  account_id: number
  name: string
  /** RFC 6749 §2.1: a public client has no secret; a confidential one cannot do without. */
  client_type: 'confidential' | 'public'
  flows: Words
  scopes: Words
  redirect_uris: Words
  post_logout_redirect_uris: Words
  allowed_origins: Words
  /** An array of public JWKs; not empty when the client authenticates by `private_key_jwt`. */
  public_keys: Json
  /** 1: its access tokens are bound by DPoP. */
  dpop_bound: Flag
  /** 1: users of every account may sign in with it, after consent. */
  shared: Flag
  /** What its tokens are signed with; null: what the region signs with. */
  id_token_algorithm: Algorithm | null
  access_token_algorithm: Algorithm | null
  created_at: Time
  disabled_at: Time | null
  /** Access tokens that were made before are good no more; so for a user. */
  tokens_valid_from: Time
}

/** identity: a client may have two secrets at once, so that one can be rotated. */
export interface ClientSecretTable {
  id: Guid
  client_id: Guid
  sha256: Uint8Array
  created_at: Time
}

/** identity: a person. `password_hash` is Argon2id in its PHC string form. */
export interface UserTable {
  id: Guid
  account_id: number
  username: string
  display_name: string
  password_hash: string
  agent_id: string | null
  licence: 'agent' | 'supervisor' | 'administrator'
  created_at: Time
  disabled_at: Time | null
  tokens_valid_from: Time
}

/** identity: a key pair that signs access tokens. The private half is sealed. */
export interface SigningKeyTable {
  kid: string
  algorithm: Algorithm
  public_jwk: Json
  sealed_private_key: Uint8Array
  created_at: Time
  /** It is published before it signs. */
  signs_from: Time
  /** When the last token that it signed has expired; null until another has taken over, or none is needed. */
  removed_from: Time | null
  /** 0: it is in no key set, because it has signed nothing that is known of. */
  published: Flag
}

/** identity: a person who has signed in with this browser. The cookie holds what `sha256` is the hash of. */
export interface SignInTable {
  sha256: Uint8Array
  /** Names it where the cookie must not be: in codes, refresh tokens, ID tokens. */
  id: Guid
  user_id: Guid
  authenticated_at: Time
  expires_at: Time
}

/** identity: what a person has allowed a client that is not their account's own. */
export interface ConsentTable {
  user_id: Guid
  client_id: Guid
  scopes: Words
  given_at: Time
}

/** identity: an authorization code, kept as its SHA-256, and what it was given for. */
export interface AuthorizationCodeTable {
  sha256: Uint8Array
  /** Names all that comes of it: refresh tokens, and access tokens by their `jti`. */
  grant_id: Guid
  client_id: Guid
  user_id: Guid
  sign_in_id: Guid
  redirect_uri: string
  /** 0: the request left it out, because the client has but one. */
  redirect_uri_sent: Flag
  scope: Words
  /** S256; null when none was sent. */
  code_challenge: string | null
  nonce: string | null
  authenticated_at: Time
  /** `dpop_jkt` (RFC 9449 §10). */
  key_thumbprint: string | null
  /** Until when it is good; once it was used, until when a second use is known for one. */
  expires_at: Time
  used_at: Time | null
  /** The node that took it. */
  used_by: NodeId | null
}

/**
 * identity: the refresh tokens of a grant, of which one is good at a time. Each has two parts: one that names the
 * grant and stays, and one that every use changes. A token with the first and another second is a used one.
 */
export interface RefreshTokenTable {
  /** Of the part that stays. */
  sha256: Uint8Array
  /** Of the other part of the token that is good. */
  secret_sha256: Uint8Array
  grant_id: Guid
  client_id: Guid
  user_id: Guid
  /** Null when it came of the password grant. */
  sign_in_id: Guid | null
  scope: Words
  authenticated_at: Time
  /** Of a DPoP key, for a public client (RFC 9449 §5). */
  key_thumbprint: string | null
  expires_at: Time
  grant_expires_at: Time
  /** Of the token that was used last, when, and by which node; null where none was. */
  used_secret_sha256: Uint8Array | null
  used_at: Time | null
  used_by: NodeId | null
}

/** identity: an access token (its `jti`) or a whole grant that is good no more. */
export interface RevocationTable {
  id: string
  revoked_at: Time
  /** When every token that it concerns has expired. */
  expires_at: Time
}

/** identity: a client assertion (RFC 7523) or a DPoP proof (RFC 9449) that has been used: the SHA-256 of its client, or key, and `jti`. */
export interface UsedAssertionTable {
  sha256: Uint8Array
  /** When no node would take it any more. */
  expires_at: Time
}

/** What failed for a name, a network, or both, kept as an HMAC. */
export interface ThrottledTable {
  /** Whose secrets are guessed at. */
  throttle: string
  /** Which of its counts it is. */
  counted: string
  digest: string
  failures: number
  since: Time
  last: Time
  /** When its failures are forgotten. */
  expires_at: Time
}

/** identity: from where a user signed in, kept as an HMAC of the username and the network or program. */
export interface KnownSourceTable {
  digest: string
  /** HMAC of the username alone. */
  name_digest: string
  seen_at: Time
  expires_at: Time
}

/** payments: how an account takes payments. `settings` is the JSON of `AccountConfiguration`. */
export interface AccountConfigurationTable {
  account_id: number
  id: number
  settings: Json
}

/** payments: a payment session, as the Payment API shows it. */
export interface PaymentSessionTable {
  guid: Guid
  account_id: number
  kind: 'agent-assist' | 'digital'
  agent_id: string
  configuration_id: number
  call_guid: Guid | null
  provider_session_guid: Guid
  state: 'Created' | 'InProgress' | 'Finished' | 'Error' | 'TimeOut' | 'ExpiredOnProviderSide' | 'Cancelled'
  created_at: Time
  updated_at: Time
  ended_at: Time | null
  /** `{"order": …, "paymentData": …}`: what the result echoes; removed with it. Sealed, as `sealed_result` is. */
  sealed_payment_data: Uint8Array | null
  /**
   * The JSON of `paymentResultData`, as it is answered. Sealed, because an engine that moves rows about leaves
   * fragments of them in its pages, which outlive the row.
   */
  sealed_result: Uint8Array | null
  /** When both are removed; null while the session is open, and once they are gone. */
  result_removal_at: Time | null
  /** 1: the session has ended, but what became of the money is still to be found out. */
  awaits_outcome: Flag
  /** Why the result is not the one that the session ended with; null where it is. */
  /** `reconciled`, `voided`, or what failed, and the key of its order; null while the first result stands. */
  correction: Words | null
  /**
   * The client whose access token opened the session; of a person's token the person and its `jti` besides. Null for
   * sessions of an older version.
   */
  opened_by: Words | null
  /** When that token was made. */
  token_made_at: Time | null
  /** `ending`: who opened it has lost their access, and the provider is still to be told. */
  agent_view: 'open' | 'ending' | 'closed' | null
  /** When the result was removed; null while it is there, and for sessions of an older version. */
  result_removed_at: Time | null
}

/** payments: the first answer to a request with an `Idempotency-Key`. */
export interface IdempotentRequestTable {
  /** Client, account and agent. */
  sender: string
  key: string
  fingerprint: Uint8Array
  /** While the first request runs: until when it is believed to be alive. */
  running_until: Time | null
  /** Status and body, sealed: the body holds the agent view's tokens. */
  sealed_answer: Uint8Array | null
  expires_at: Time
  /** The session that the key stands for, so that it is the same when the request is sent again. */
  session_guid: Guid | null
}

/** payments: a launch at a provider in another process, written before the provider is asked. */
export interface LaunchUnderWayTable {
  session_guid: Guid
  /** Null until the provider has said it, where the provider chooses it. */
  provider_session_guid: Guid | null
  account_id: number
  configuration_id: number
  /** The JSON of `ProviderSettings`; null for the vault of the other process. */
  provider: Json | null
  /** `ask`: its provider can be asked about it. `wait`: it cannot; only a callback can tell. */
  follow: 'ask' | 'wait'
  call_guid: Guid | null
  /**
   * `asked`: it may have arrived. `opened`: the session is there, and the provider has still to be told. `adopted`: the
   * answer was lost, and the session was taken up because something had happened in it. `called-off`: it is over, or
   * will never be.
   */
  state: 'asked' | 'opened' | 'adopted' | 'called-off'
  asked_at: Time
  /** From when on it is called off if nobody has asked for it again. */
  call_off_at: Time
  /** `LaunchedSession`, sealed: what its session would be written with. Null once it is written, or never will be. */
  sealed_session: Uint8Array | null
  /** When something is to be asked or told of it; while a node does so, until when. Null when there is nothing. */
  next_look_at: Time | null
  /** The node that asks its provider at this moment. */
  held_by: NodeId | null
}

/** vault: the card side of a payment session. No column holds a digit in clear. */
export interface CaptureSessionTable {
  guid: Guid
  tenant_id: number
  /** `open` until it has ended. `called-off`: it was called off before its launch came, and is never opened. */
  state: 'open' | 'ended' | 'called-off'
  /** `Launch` (flow, order, initial values), sealed. Null once the session has ended. */
  sealed_launch: Uint8Array | null
  /** Settings that the agent changed, attempts so far. */
  progress: Json
  /**
   * Sealed: the complete PAN and expiry of a session under way, never the security code; from the moment at which
   * the gateway is asked brand, last four and expiry alone, until the outcome is known.
   */
  sealed_fields: Uint8Array | null
  /** Which of the payment page's links is good: each has the next number. */
  link_generation: number
  /** SHA-256 of each refresh token of the agent view that has not been used, in base64url; `:` and that of its former. */
  refresh_tokens: Words
  created_at: Time
  expires_at: Time
  ended_at: Time | null
  /** The JSON of `SessionResult`, until it has been reported. */
  result: Json | null
  /** The JSON of `Ending`, once the session has ended. */
  ending: Json | null
  /** When the agent view was closed for good, while the session went on. */
  view_closed_at: Time | null
  /** HMAC of what was launched, where the GUID is one that its launcher had chosen; null otherwise. */
  launch_digest: Uint8Array | null
  /** 1: its launcher, in another process, has not said yet that it has the session; no link is sent before. */
  awaits_opening: Flag
  /** 1: it was begun, and whoever is to be told of that has not taken it. */
  untold_progress: Flag
  /** The payment session that it was launched for; null where a program launched it by the provider contract. */
  session_guid: Guid | null
  /** What happened in it, and when: the JSON of `CourseEntry[]`. */
  course: Json
  /** The node that has it in its memory: its own as long as that node is in `node`. */
  owner: NodeId | null
  /** Rises when it gets another owner: a former one changes nothing any more. */
  epoch: number
}

/** vault: written before the gateway is asked, completed with its answer. */
export interface ChargeAttemptTable {
  idempotency_key: string
  capture_guid: Guid
  gateway: string
  amount_minor: number
  currency: string
  requested_at: Time
  answered_at: Time | null
  answer: Json | null
  purpose: 'charge' | 'authorise' | 'verify' | 'tokenise'
  /** What the flow said when the attempt was made: it is needed when the session's launch is gone. */
  late_approval: 'record' | 'void'
  cancel_afterwards: 'refuse' | 'void'
  /** The node that asks for it, or looks for its outcome; null of an older version. */
  held_by: string | null
  /** When its outcome is looked for next: 0 as soon as can be. Null while nobody has to, or once nobody does any more. */
  next_look_at: Time | null
  /** Until when it is looked for; null until its session has ended without it. */
  look_until: Time | null
  /** How many milliseconds pass from the next look to the one after it; null until then. */
  look_pause: number | null
  /** Since when the customer is asked by their bank; null where they were not. */
  challenged_at: Time | null
  /** The fields that they were sent to their bank with, sealed. */
  sealed_challenge: Uint8Array | null
}

/** vault: what is to be done with a payment that was approved; written before the gateway is asked. */
export interface ChargeFollowUpTable {
  idempotency_key: string
  /** The payment: the `idempotency_key` of its attempt. */
  attempt_key: string
  kind: 'capture' | 'void' | 'refund'
  /**
   * `late`: the approval came when nobody waited any more. `cancelled`: the session was cancelled afterwards.
   * `operator`: somebody gave the order, by a command or the Payment API. `gateway`: nobody gave it, the gateway captures by itself.
   */
  reason: 'late' | 'cancelled' | 'operator' | 'gateway'
  amount_minor: number
  currency: string
  requested_at: Time
  /** The node that asks for it; null where that is nobody's, or somebody waits for it at a console. */
  held_by: NodeId | null
  /** When its gateway was last asked without saying what came of it, where that has to be remembered. */
  asked_at: Time | null
  answered_at: Time | null
  answer: Json | null
  /** What whoever gave it calls it: the `guid` of a `payment_operation`; null where it has no name. */
  order_name: Guid | null
  /** The JSON of an `Actor`; null where the server does it by itself, or a version before has written it. */
  requested_by: Json | null
  /** 1: what became of it, or that its gateway has not answered, has still to be told. */
  untold: Flag
}

/** vault: a card that a gateway keeps for an account. */
export interface KeptCardTable {
  guid: Guid
  tenant_id: number
  gateway: string
  /** Two bytes of the token's SHA-256: a row is found by them, and nobody tells a token by them. */
  mark: number
  /** The JSON of `SealedKeptCard`. */
  sealed_card: Uint8Array
  kept_at: Time
}

/** vault: what a gateway has told of a payment of the account's own. */
export interface GatewayNotificationTable {
  tenant_id: number
  gateway: string
  /** The gateway's own. */
  id: string
  about: 'payment' | 'capture-failed' | 'refund-failed'
  attempt_key: string
  gateway_code: string
  /** What it says of the outcome, in its adapter's words; null where the gateway is asked for that. */
  tells: string | null
  received_at: Time
}

/** vault: a payment as the sandbox's gateway has it. Nothing of the card; empty in production. */
export interface SandboxPaymentTable {
  /** The attempt's: the payment goes with it. */
  idempotency_key: string
  purpose: 'charge' | 'authorise' | 'verify' | 'tokenise'
  amount_minor: number
  currency: string
  /** Null while the customer's bank asks, and where the gateway itself never knows. */
  answer: Json | null
  /** When whoever asked for it is answered; null for never. */
  answered_at: Time | null
  /** When whoever looks it up is told; null for never, and while the bank asks. */
  known_at: Time | null
}

/** vault: what the sandbox's gateway was asked to do with a payment, once for each key. */
export interface SandboxFollowUpTable {
  idempotency_key: string
  payment_key: string
  kind: 'capture' | 'void' | 'refund'
  amount_minor: number
  currency: string
  answer: Json
}

/** vault: a gateway of a tenant's own, and how it is reached. */
export interface GatewayAccountTable {
  tenant_id: number
  name: string
  /** A name of `gatewayKinds`. */
  kind: string
  /** The JSON of its settings, credentials among them. */
  sealed_settings: Uint8Array
  created_at: Time
  updated_at: Time
}

/** payments: a secret that account configurations refer to by its name. */
export interface AccountSecretTable {
  account_id: number
  name: string
  sealed: Uint8Array
  created_at: Time
}

/** payments: a capture, a refund or a void that a program has ordered, until it is known what came of it. */
export interface PaymentOperationTable {
  /** The name that the vault knows the order by. */
  guid: Guid
  session_guid: Guid
  provider_session_guid: Guid
  kind: 'capture' | 'void' | 'refund'
  /** The JSON of an `Actor`. */
  requested_by: Json
  requested_at: Time
  /** When it is looked at again; while a process does so, until when that is believed to be alive. */
  due_at: Time
}

/** payments: a message to the webhook of an account configuration. */
export interface WebhookDeliveryTable {
  /** The `webhook-id`. */
  id: Guid
  account_id: number
  configuration_id: number
  session_guid: Guid
  state: 'waiting' | 'delivered' | 'given-up'
  /**
   * When it is to be sent; while a process sends it, until when the process is believed to be alive. Null once it was
   * delivered or given up, and while it waits for a former message of its session.
   */
  due_at: Time | null
  /** Until when it may be sent: 12 hours, progress ten minutes; or 15 minutes once it was delivered. */
  kept_until: Time
  delivered_at: Time | null
  /** Null once the session's result was removed; of a type, once it may not be sent any more. */
  sealed_body: Uint8Array | null
  /** An array of `Attempt`, the newest last. */
  attempts: Json
  /** What it tells, where that is not the status of a session that has ended; it then waits for no other one. */
  type: string | null
  /** Its place among the statuses of its session; 0 for all of an older version, whose order is that of their ids. */
  number: number
  /** The node that sends it. */
  held_by: NodeId | null
}

/** payments: a session whose card another provider takes. */
export interface RemoteSessionTable {
  provider_session_guid: Guid
  session_guid: Guid
  account_id: number
  configuration_id: number
  /** The JSON of `ProviderSettings` that it was opened with; no secret is in it. */
  provider: Json
  /** What may be paid: another amount in an answer is not believed. */
  amount_minor: number
  currency: string
  created_at: Time
  /** When the provider gives it up by itself. */
  expires_at: Time
  ended_at: Time | null
  /** As it was recorded; null while the session is open. */
  outcome: 'approved' | 'declined' | 'review' | 'cancelled' | 'failed' | 'unknown' | null
  /** `SessionResult`, until it has been taken into the payment session. */
  sealed_result: Uint8Array | null
  /** What the provider said afterwards, where it is another outcome than the known one that was recorded. */
  later_outcome: 'approved' | 'declined' | 'review' | 'cancelled' | 'failed' | 'unknown' | null
  /** When it is looked at, or its result handed on; while a node does so, until when. Null when there is nothing to do. */
  next_look_at: Time | null
  /** The node that looks at it. */
  held_by: NodeId | null
}

/** vault: a program that launches capture sessions by the provider contract. */
export interface ProviderClientTable {
  client_id: string
  tenant_id: number
  /** As the client writes it in its token requests. */
  tenant_name: string
  /** Empty where names are free. */
  username: string
  /** `fixed`: it sends the `username` above. `free`: it sends whatever name its agent has. */
  usernames: 'fixed' | 'free'
  secret_sha256: Uint8Array
  /** The secret before, while programs are given the new one. */
  former_secret_sha256: Uint8Array | null
  former_secret_until: Time | null
  created_at: Time
  disabled_at: Time | null
}

/** vault: what a client's `FlowId` names. `settings` is the JSON of `ProviderFlow`. */
export interface ProviderFlowTable {
  tenant_id: number
  flow_id: number
  settings: Json
  sealed_signing_secret: Uint8Array | null
}

/** vault: a capture session that was launched by the provider contract. It goes with its capture session. */
export interface ProviderSessionTable {
  guid: Guid
  tenant_id: number
  client_id: string
  /** Null for one that was launched without a flow. */
  flow_id: number | null
  link_id: string
  /** The `username` that the client launched it under; null where it was not kept. */
  launched_by: string | null
  created_at: Time
  begun_at: Time | null
  ended_at: Time | null
  /** `LaunchedOrder`: what its callbacks are made of, sealed; removed a while after the outcome is known. */
  sealed_order: Uint8Array | null
  /** The JSON of `CallbackValues`, sealed; removed a day after the end. */
  sealed_result: Uint8Array | null
  /** Which result was taken last: its outcome, and what it corrects. */
  reported: string | null
}

/** vault: a callback that has still to be delivered. */
export interface ProviderCallbackTable {
  id: Guid
  session_guid: Guid
  /** The number of the session's item that it tells of; 0 where it tells of the whole. */
  item: number
  /** The tenant, and the origin that is told. */
  receiver: string
  /** `CallbackMessage`, sealed. */
  sealed_message: Uint8Array
  attempts: number
  next_attempt_at: Time
  created_at: Time
  /** When it was tried for the last time; it is kept, for somebody to look at. Null while it is tried. */
  given_up_at: Time | null
  /** The node that sends it. */
  held_by: NodeId | null
}

/** vault: the answer to a launch with an `Idempotency-Key`. */
export interface ProviderLaunchKeyTable {
  client_id: string
  idempotency_key: string
  fingerprint: Uint8Array
  /** It holds the tokens of the agent's page. */
  sealed_answer: Uint8Array
  expires_at: Time
}

/** vault: how many messages were sent in five minutes, to an address or by an account. */
export interface MessageCountTable {
  /** An HMAC: nothing of an address is in it. */
  counter: Uint8Array
  began_at: Time
  messages: number
}

/** calls: a telephone platform of one account. */
export interface CallPlatformTable {
  guid: Guid
  account_id: number
  /** Unique within the account. */
  name: string
  /** A `PlatformKind`. */
  kind: string
  /** `PlatformSettings`: how it is steered. */
  sealed_settings: Uint8Array
  created_at: Time
  disabled_at: Time | null
}

/** calls: what a platform's requests bear. */
export interface CallPlatformKeyTable {
  sha256: Uint8Array
  platform_guid: Guid
  created_at: Time
}

/** calls: a call in progress. */
export interface LiveCallTable {
  guid: Guid
  account_id: number
  platform_guid: Guid
  agent_id: string
  /** `active`: the agent speaks on it. */
  state: 'active' | 'held'
  /** What the platform itself calls it; unique with it. */
  reference: string | null
  /** The caller's number. */
  sealed_caller: Uint8Array | null
  /** `Media`. */
  media: Json | null
  /** When its platform spoke of it last. */
  heard_at: Time
  /** The vault's session whose keys its line is secured for, or was and has to be released; null: it is as it was. */
  session_guid: Guid | null
  /** Whether the recording is paused for as long. */
  recording: 'continue' | 'pause'
  /** The node that has its line in memory, secured or being released; it is so as long as that node is here. */
  held_by: NodeId | null
}

/** store: one row, which is written to see that there is room. */
export interface StoreProbeTable {
  id: number
  bytes: Uint8Array
}

/** store: the processes that work on a database; what one of them holds is its own as long as it is here. */
export interface NodeTable {
  id: NodeId
  /** Where it runs, for an operator. */
  place: string
  /** Where other nodes reach it: `https://10.0.0.5:8444`. Null: they need not. */
  url: string | null
  version: string
  /** Milliseconds since the epoch, by the clock of the database; as is `beat_at`, when it said last that it is there. */
  started_at: number
  beat_at: number
}

/** audit: entries of one transaction that have no places in the chain yet. */
export interface AuditUnlinkedTable {
  id: Generated<number>
  /** A line each: `WrittenEntry`, in canonical JSON. */
  entries: string
}

/** audit: an entry in its place. */
export interface AuditLogTable {
  position: number
  at: Time
  /** `WrittenEntry`, in canonical JSON. */
  entry: Json
  /** SHA-256, in hexadecimal: of the hash before, the position and the entry, with a space between each. */
  hash: string
}

/** audit: where the chain ends, and where what is left of it begins. */
export interface AuditEndTable {
  /** `pruned`: the last entry that was removed from its beginning. */
  name: 'head' | 'pruned'
  position: number
  /** `ChainEnd`, sealed: whoever has the database and no key cannot make one. */
  sealed: Uint8Array
}

/** store: whose database it is; one row, once the region has had it. */
export interface OwnRegionTable {
  id: 1
  name: string
}
