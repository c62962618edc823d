import type { AuditAdmin } from '../audit/audit-admin.ts'
import type { Guid } from '../base/guid.ts'
import type { RegionName } from '../base/region.ts'
import type { Platforms } from '../calls/platforms/platforms.ts'
import type { CheckEngine } from '../calls/rtpengine/check-engine.ts'
import type { Administration } from '../identity/administration.ts'
import type { RotatedKey } from '../identity/keys/rotate-keys.ts'
import type { StoredKey } from '../identity/keys/stored-keys.ts'
import type { AccountSecrets } from '../payments/configurations/account-secrets.ts'
import type { Configurations } from '../payments/configurations/configurations.ts'
import type { CallbackAddress } from '../payments/remote-provider/callbacks/callback-url.ts'
import type { WebhookAdmin } from '../payments/webhooks/webhook-admin.ts'
import type { Resealed } from '../store/reseal.ts'
import type { FollowUps } from '../vault/charge/follow-up-payment.ts'
import type { GatewayAccounts } from '../vault/gateways/accounts/gateway-accounts.ts'
import type { GatewayKinds } from '../vault/gateways/accounts/gateway-kind.ts'
import type { PlainHttp } from '../vault/gateways/accounts/read-gateway-settings.ts'
import type { CheckedPoint } from '../vault/model/gateway.ts'
import type { ProviderFlows } from '../vault/provider-api/flows/provider-flows.ts'
import type { ProviderClients } from '../vault/provider-api/provider-clients.ts'
import type { Answer } from './answer.ts'
import type { Databases } from './databases.ts'
import type { ReadPassword } from './input/read-password.ts'
import type { ReadSecret } from './input/read-secret.ts'
import type { Asking } from './sandbox/asking.ts'
import type { SessionCourse } from './session-course.ts'
import type { Tools } from './tools.ts'
import type { Untaken } from './untaken.ts'

/** What a rotation of the sealing key did. */
interface SealingKeyRotation {
  readonly columns: readonly Resealed[]
  /** When the last link that a customer may have ends; null when there is none. */
  readonly lastLinkEndsAt: number | null
}

/** A region, opened to be administered, and how the operator is asked for more. */
export interface AdminContext extends Administration {
  readonly configurations: Pick<Configurations, 'list' | 'put'>
  readonly gateways: {
    readonly book: GatewayAccounts
    readonly kinds: GatewayKinds
    readonly plainHttp: PlainHttp
    /** Asks a gateway what shows that payments will work; `undefined` where it is none of those that are asked. */
    check(accountId: number, name: string): Promise<readonly CheckedPoint[] | undefined>
    /** Where it sends its notifications to; `undefined` where it tells nothing. */
    notificationUrl(accountId: number, name: string): Promise<string | undefined>
  }
  readonly provider: {
    readonly clients: Pick<
      ProviderClients,
      'create' | 'find' | 'list' | 'rotateSecret' | 'setDisabled' | 'setUsernames'
    >
    readonly flows: Pick<ProviderFlows, 'put' | 'list' | 'remove'>
  }
  readonly platforms: Pick<
    Platforms,
    | 'create'
    | 'list'
    | 'findNamed'
    | 'settingsOf'
    | 'addKey'
    | 'removeOldestKey'
    | 'setControlUrl'
    | 'setDisabled'
  > & { readonly checkEngine: CheckEngine }
  readonly keys: {
    list(): Promise<readonly Omit<StoredKey, 'sealed_private_key' | 'public_jwk'>[]>
    rotate(compromised: boolean): Promise<readonly RotatedKey[]>
  }
  readonly payments: {
    /** The vault’s session of a payment session; `undefined` where there is no such session. */
    vaultSessionOf(sessionGuid: Guid): Promise<Guid | undefined>
    readonly followUps: FollowUps
    /** Launches whose answer was lost, and results that nobody has taken. */
    findUntaken(): Promise<readonly Untaken[]>
  }
  readonly sessions: { find(guid: Guid): Promise<SessionCourse | undefined> }
  readonly sealing: { rotate(): Promise<SealingKeyRotation> }
  /** Of accounts; sealed, and shown to nobody. */
  readonly secrets: Pick<AccountSecrets, 'put' | 'find' | 'list' | 'remove'>
  readonly webhooks: WebhookAdmin
  readonly audit: AuditAdmin & {
    /** The lines of a file, or of what is piped in for `-`. @throws {Refused} when it cannot be read. */
    readLines(file: string): AsyncIterable<string>
    /** What is too long for one answer; resolves when more may be written. */
    print(text: string): Promise<void>
  }
  readonly readSecret: ReadSecret
  /** Where the provider of an account configuration sends callbacks to. */
  callbackUrl(address: CallbackAddress): string
  readonly mode: 'sandbox' | 'production'
  /** Whose database it is, and where that is, in the operator's words. */
  readonly database: { readonly region: RegionName; readonly place: string }
  readonly now: () => number
  /** The variables of the process, for what a file reads from one by its name. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** What the sandbox calls its account; production is refused where there is one. */
  readonly demoAccountName: string
  readonly readPassword: ReadPassword
  /** A file's text, or what is piped in for `-`. @throws {Refused} when it cannot be read. */
  readText(file: string): Promise<string>
}

/** An option of a command. Without `value` it is a switch. */
export interface Option {
  /** What stands behind it, as help shows it: `NAME`. */
  readonly value?: string
  readonly help: string
  readonly required?: true
  readonly repeatable?: true
  /** The only values that it takes. */
  readonly choices?: readonly string[]
}

export type Options = Readonly<Record<string, Option>>

/** What was given for an option. */
type Given<O extends Option> = O extends { value: string }
  ? O extends { repeatable: true }
    ? readonly Choice<O>[] | undefined
    : O extends { required: true }
      ? Choice<O>
      : Choice<O> | undefined
  : boolean

type Choice<O extends Option> = O extends { choices: readonly (infer C extends string)[] } ? C : string

export type GivenOptions<O extends Options> = { readonly [Name in keyof O]: Given<O[Name]> }

/** What a line of the table of commands says of its command. */
interface CommandLine {
  /** Noun and verb: `client create`; or one word, where there is nothing else to be done with it: `doctor`. */
  readonly name: string
  readonly summary: string
  /** The one value that stands without an option's name. */
  readonly argument?: {
    readonly name: string
    readonly help: string
    readonly optional?: true
    /** The only values that it takes. */
    readonly choices?: readonly string[]
  }
  readonly options: Options
  /** It makes the region's database; the others want one to be there. */
  readonly createsDatabase?: true
  /** The audit log has to name the person who gives it. */
  readonly needsPerson?: true
}

/** A line of the table of commands, of one that works on an opened region. */
export interface Command extends CommandLine {
  /**
   * @throws {Refused} when it cannot be done.
   * @throws {WrongUsage} when what was given contradicts itself.
   */
  run(context: AdminContext, given: GivenOptions<Options>, argument: string): Promise<Answer>
}

/** One of a command that works on the region's database as a whole, which nobody has opened. */
export interface DatabaseCommand extends CommandLine {
  /** As {@link Command.run}. */
  runUnopened(databases: Databases, given: GivenOptions<Options>, argument: string): Promise<Answer>
}

/** One of a command that asks a running sandbox, and opens nothing here. */
export interface SandboxCommand extends CommandLine {
  /** As {@link Command.run}. */
  runAsking(asking: Asking, given: GivenOptions<Options>, argument: string): Promise<Answer>
}

/** One that needs no region to be there. */
export interface ToolCommand extends CommandLine {
  /** As {@link Command.run}. */
  runTool(tools: Tools, given: GivenOptions<Options>, argument: string): Promise<Answer>
}

export type AnyCommand = Command | DatabaseCommand | SandboxCommand | ToolCommand

/** Makes a line of the table; what was given has the types that its options say. */
export function command<const O extends Options>(
  line: Omit<Command, 'options' | 'run'> & {
    readonly options: O
    readonly run: (context: AdminContext, given: GivenOptions<O>, argument: string) => Promise<Answer>
  },
): Command {
  return line as unknown as Command
}

/** As {@link command}, of one that works on a database as a whole. */
export function databaseCommand<const O extends Options>({
  run,
  ...line
}: CommandLine & {
  readonly options: O
  readonly run: (databases: Databases, given: GivenOptions<O>, argument: string) => Promise<Answer>
}): DatabaseCommand {
  return { ...line, runUnopened: run as unknown as DatabaseCommand['runUnopened'] }
}

/** As {@link command}, of one that asks a running sandbox. */
export function sandboxCommand<const O extends Options>({
  run,
  ...line
}: CommandLine & {
  readonly options: O
  readonly run: (asking: Asking, given: GivenOptions<O>, argument: string) => Promise<Answer>
}): SandboxCommand {
  return { ...line, runAsking: run as unknown as SandboxCommand['runAsking'] }
}

/** As {@link command}, of one that needs no region to be there. */
export function toolCommand<const O extends Options>({
  run,
  ...line
}: CommandLine & {
  readonly options: O
  readonly run: (tools: Tools, given: GivenOptions<O>, argument: string) => Promise<Answer>
}): ToolCommand {
  return { ...line, runTool: run as unknown as ToolCommand['runTool'] }
}
