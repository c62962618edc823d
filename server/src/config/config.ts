import { isAbsolute, resolve } from 'node:path'
import { type LogLevel, logLevels } from '../base/log.ts'
import { readPostgresUrl } from '../base/postgres-url.ts'
import { type RegionName, regionNames } from '../base/region.ts'
import type { TracingSettings } from '../tracing/tracing-settings.ts'
import type { MessageLimits } from '../vault/links/message-limits.ts'
import type { SmsSettings } from '../vault/links/sms-connector.ts'
import type { MailSettings } from '../vault/links/smtp-sender.ts'
import { type Role, readRole } from './channel-settings.ts'
import { diskFaults, type OnDisk } from './disk-faults.ts'
import { type LifeSettings, readLife } from './life-settings.ts'
import { readLinkSettings } from './link-settings.ts'
import { metricsTokenFault } from './metrics-token.ts'
import { type NodeSettings, readNodeSettings } from './node-settings.ts'
import { portFaults } from './port-faults.ts'
import { productionFaults } from './production-rules.ts'
import { readReadyFile } from './ready-file.ts'
import { readKey, readSealingKeys, type SealingKeys } from './sealing-keys.ts'
import { readTracingSettings } from './tracing-settings.ts'
import { createVariables, type Variables } from './variables.ts'

/** Everything that can be set from outside. `docs/operations.md` lists the variables. */
export type Config = Settings & Role

interface Settings {
  readonly mode: 'sandbox' | 'production'
  readonly host: string
  readonly port: number
  /** Of the embedded databases; with {@link storeUrl} of what the sandbox writes beside it. */
  readonly dataFolder: string
  /** `postgres://…`: the database whose schemas are the regions. Null: a file for each region in the data folder. */
  readonly storeUrl: string | null
  /** How the nodes that serve one database reach one another. */
  readonly node: NodeSettings
  readonly regions: readonly RegionName[]
  readonly defaultRegion: RegionName
  /** `example.com`: regions are then at `https://nam.example.com` and so on. Null: this machine alone. */
  readonly domain: string | null
  readonly logLevel: LogLevel
  /** `X-Forwarded-*` headers are believed: only behind a proxy that sets them itself. */
  readonly proxy: 'none' | 'trusted'
  readonly tokenLifetimeSeconds: number
  /** Of access tokens, and of ID tokens, where a client was registered with no other. */
  readonly signingAlgorithm: (typeof signingAlgorithms)[number]
  readonly idTokenAlgorithm: (typeof signingAlgorithms)[number]
  /** How long a key signs before it gets a successor. */
  readonly keyRotationDays: number
  /** For each client; null: no limit. */
  readonly tokenRequestsPerSecond: number | null
  readonly apiRequestsPerSecond: number | null
  /**
   * 32 bytes each: the first seals, all open. Null: a file in the data folder, made at the first start (sandbox only).
   */
  readonly sealingKeys: SealingKeys | null
  /** How links are sent by e-mail and by text message; null: not at all, and in the sandbox to its outbox. */
  readonly mail: MailSettings | null
  readonly sms: SmsSettings | null
  /** How many messages with links are sent. */
  readonly messages: MessageLimits
  /** How it ends, and where it is asked how it is. */
  readonly life: LifeSettings
  /** What a scrape of the metrics has to bring; null: nothing. */
  readonly metricsToken: string | null
  /** Where traces are sent; null: nothing is traced. */
  readonly tracing: TracingSettings | null
  /** Where the sandbox writes how it is reached, once it is; null: nowhere. */
  readonly readyFile: string | null
}

const signingAlgorithms = ['ES256', 'RS256', 'EdDSA'] as const
const modes = ['sandbox', 'production'] as const
const proxies = ['none', 'trusted'] as const

/** The environment cannot be used as it is; the text names each variable and what is wrong with it. */
export class ConfigError extends Error {
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(`The configuration is not valid:\n${faults.map((fault) => `  ${fault}`).join('\n')}`)
    this.name = 'ConfigError'
    this.faults = faults
  }
}

/**
 * Reads the configuration from environment variables.
 *
 * @param lookAtDisk what is wrong on the disk; nothing, for what is still to be made.
 * @throws {ConfigError} with every fault at once.
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
  lookAtDisk = diskFaults,
): Config {
  const variables = createVariables(environment)
  const { text, choice, whole, faults, isFaulty } = variables
  const mode = choice('TONEGATE_MODE', modes, 'sandbox')
  const served = readServed(variables, mode)
  const domain = readDomain(variables)
  const sealing = readSealingKeys({
    keys: text('TONEGATE_SEALING_KEY', ''),
    file: text('TONEGATE_SEALING_KEY_FILE', ''),
  })
  faults.push(...sealing.faults)
  const proxy = choice('TONEGATE_PROXY', proxies, 'none')
  const knownProxy = isFaulty('TONEGATE_PROXY') ? undefined : proxy
  const storeUrl = readStoreUrl(variables)
  const givenFolder = text('TONEGATE_DATA', '') || undefined
  if (mode === 'production') {
    faults.push(
      ...productionFaults({ domain, sealing, dataFolder: givenFolder, storeUrl, proxy: knownProxy }),
    )
  }
  faults.push(...lookAtDisk(readOnDisk(variables, { mode, storeUrl, givenFolder })))
  const links = readLinks(variables, mode)
  const config: Config = {
    mode,
    ...readPlaces(variables, { mode, storeUrl }),
    dataFolder: resolve(givenFolder ?? './data'),
    storeUrl,
    ...served,
    domain: domain?.toLowerCase() ?? null,
    logLevel: choice('TONEGATE_LOG_LEVEL', logLevels, 'info'),
    proxy,
    tokenLifetimeSeconds: whole('TONEGATE_TOKEN_LIFETIME', 3600, [60, 86_400]),
    signingAlgorithm: choice('TONEGATE_SIGNING_ALGORITHM', signingAlgorithms, 'ES256'),
    idTokenAlgorithm: choice('TONEGATE_ID_TOKEN_ALGORITHM', signingAlgorithms, 'RS256'),
    keyRotationDays: whole('TONEGATE_KEY_ROTATION_DAYS', 90, [1, 3650]),
    ...readRates(variables, mode),
    sealingKeys: sealing.keys,
    mail: links.mail,
    sms: links.sms,
    messages: { ...readMessageBounds(variables, mode), smsTo: links.smsTo },
    metricsToken: readMetricsToken(variables),
    tracing: readTracingSettings(variables),
    readyFile: readReadyFile(variables, mode),
  }
  if (faults.length > 0) throw new ConfigError(faults)
  return config
}

type Mode = Settings['mode']

/** A relative folder of production is complained of as such. */
function readOnDisk(
  { text }: Variables,
  {
    mode,
    storeUrl,
    givenFolder,
  }: {
    readonly mode: Mode
    readonly storeUrl: string | null
    readonly givenFolder: string | undefined
  },
): OnDisk {
  const isLooked = storeUrl === null && (mode === 'sandbox' || (givenFolder && isAbsolute(givenFolder)))
  return {
    mode,
    dataFolder: isLooked ? resolve(givenFolder ?? './data') : null,
    sealingKeyFile: text('TONEGATE_SEALING_KEY_FILE', ''),
  }
}

/** Where it listens, for whom, and until when. */
function readPlaces(
  variables: Variables,
  { mode, storeUrl }: { readonly mode: Mode; readonly storeUrl: string | null },
) {
  const { text, whole, faults, isFaulty } = variables
  const process = readProcess(variables)
  const places = {
    ...process,
    host: text('HOST', '127.0.0.1').replace(/^\[(.*)\]$/, '$1'),
    port: whole('PORT', 8080, [0, 65_535]),
    node: readNode(variables),
    life: readLife(variables, mode),
  }
  const { url } = places.node
  faults.push(
    ...portFaults({
      PORT: isFaulty('PORT') ? null : places,
      TONEGATE_OPS_LISTEN: places.life.opsListen,
      TONEGATE_CHANNEL_LISTEN: process.channel,
      TONEGATE_NODE_URL: storeUrl && url ? { host: '::', port: Number(url.port) } : null,
    }),
  )
  return places
}

function readServed(
  { text, choice, faults, isFaulty }: Variables,
  mode: Mode,
): Pick<Settings, 'regions' | 'defaultRegion'> {
  const defaultRegion = choice('TONEGATE_DEFAULT_REGION', regionNames, 'nam')
  const servedText = text('TONEGATE_REGIONS', mode === 'sandbox' ? regionNames.join(',') : defaultRegion)
  const served = servedText.split(',').map((name) => name.trim().toLowerCase())
  const regions = regionNames.filter((name) => served.includes(name))
  if (served.some((name) => !regionNames.some((known) => known === name))) {
    faults.push(
      `TONEGATE_REGIONS is '${servedText}'; allowed values: ${regionNames.join(', ')}, separated by commas.`,
    )
  }
  const areKnown = !isFaulty('TONEGATE_REGIONS') && !isFaulty('TONEGATE_DEFAULT_REGION')
  if (areKnown && !regions.includes(defaultRegion)) {
    faults.push(`TONEGATE_DEFAULT_REGION is '${defaultRegion}', which TONEGATE_REGIONS does not include.`)
  }
  return { regions, defaultRegion }
}

/** @returns `undefined` for what is no host name. */
function readDomain({ text, faults }: Variables): string | null | undefined {
  const domain = text('TONEGATE_DOMAIN', '') || null
  if (domain === null || /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(domain)) return domain
  faults.push(`TONEGATE_DOMAIN is '${domain}'; it must be a host name such as pay.example.com.`)
  return undefined
}

/** What is wrong is said without the address: it may hold a password. */
function readStoreUrl({ text, faults }: Variables): string | null {
  const url = text('TONEGATE_STORE', '') || null
  if (url === null) return null
  try {
    readPostgresUrl(url)
  } catch (error) {
    faults.push(
      `TONEGATE_STORE ${error instanceof Error ? error.message : error}, such as postgres://tonegate:secret@db.example.com/tonegate.`,
    )
  }
  return url
}

function readLinks({ text, faults }: Variables, mode: Mode) {
  const links = readLinkSettings({
    mode,
    smtpUrl: text('TONEGATE_SMTP_URL', ''),
    mailFrom: text('TONEGATE_MAIL_FROM', ''),
    smsUrl: text('TONEGATE_SMS_URL', ''),
    smsHeaders: text('TONEGATE_SMS_HEADERS', ''),
    smsBody: text('TONEGATE_SMS_BODY', ''),
    smsTo: text('TONEGATE_SMS_TO', ''),
  })
  faults.push(...links.faults)
  return links
}

/** Which of two processes this is, if it is one of two. */
function readProcess({ text, faults }: Variables): Role {
  const role = readRole({
    role: text('TONEGATE_ROLE', ''),
    key: readKey(text('TONEGATE_CHANNEL_KEY', '')),
    listen: text('TONEGATE_CHANNEL_LISTEN', ''),
    peer: text('TONEGATE_CHANNEL_PEER', ''),
  })
  faults.push(...role.faults)
  return role.read
}

function readNode({ text, faults }: Variables): NodeSettings {
  const node = readNodeSettings({
    key: text('TONEGATE_NODE_KEY', ''),
    url: text('TONEGATE_NODE_URL', ''),
  })
  faults.push(...node.faults)
  return node.read
}

function readMetricsToken({ text, faults }: Variables): string | null {
  const token = text('TONEGATE_METRICS_TOKEN', '')
  faults.push(...metricsTokenFault(token))
  return token || null
}

function readRates({ text, whole }: Variables, mode: Mode) {
  /** The sandbox has no limit but one that is set. */
  const rate = (name: string, inProduction: number): number | null =>
    mode === 'production' || text(name, '') !== '' ? whole(name, inProduction, [1, 1_000_000]) : null
  return {
    tokenRequestsPerSecond: rate('TONEGATE_TOKEN_RATE', 50),
    apiRequestsPerSecond: rate('TONEGATE_API_RATE', 200),
  }
}

function readMessageBounds({ whole }: Variables, mode: Mode): Omit<MessageLimits, 'smsTo'> {
  const limited = mode === 'production'
  return {
    perAddress: {
      hour: whole('TONEGATE_MESSAGES_PER_ADDRESS_HOUR', limited ? 10 : 30, [1, 10_000]),
      day: whole('TONEGATE_MESSAGES_PER_ADDRESS_DAY', limited ? 20 : 200, [1, 100_000]),
    },
    perAccountDay: {
      sms: whole('TONEGATE_SMS_PER_ACCOUNT_DAY', 1000, [1, 10_000_000]),
      email: whole('TONEGATE_EMAILS_PER_ACCOUNT_DAY', 10_000, [1, 10_000_000]),
    },
  }
}
