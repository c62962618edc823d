import { resolve } from 'node:path'
import { type LogLevel, logLevels } from '../base/log.ts'
import { type RegionName, regionNames } from '../base/region.ts'
import type { MessageLimits } from '../vault/links/message-limits.ts'
import type { SmsSettings } from '../vault/links/sms-connector.ts'
import type { MailSettings } from '../vault/links/smtp-sender.ts'
import { type Role, readRole } from './channel-settings.ts'
import { readLinkSettings } from './link-settings.ts'
import { productionFaults } from './production-rules.ts'
import { readKey, readSealingKeys, type SealingKeys } from './sealing-keys.ts'

/** Everything that can be set from outside. `docs/operations.md` lists the variables. */
export type Config = Settings & Role

interface Settings {
  readonly mode: 'sandbox' | 'production'
  readonly host: string
  readonly port: number
  readonly dataFolder: string
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
}

const signingAlgorithms = ['ES256', 'RS256', 'EdDSA'] as const
const modes = ['sandbox', 'production'] as const
const proxies = ['none', 'trusted'] as const

/** The environment cannot be used as it is; the text names each variable and what is wrong with it. */
export class ConfigError extends Error {
  constructor(faults: readonly string[]) {
    super(`The configuration is not valid:\n${faults.map((fault) => `  ${fault}`).join('\n')}`)
    this.name = 'ConfigError'
  }
}

/**
 * Reads the configuration from environment variables.
 *
 * @throws {ConfigError} with every fault at once.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const faults: string[] = []
  const text = (name: string, fallback: string): string => environment[name]?.trim() || fallback
  const choice = <T extends string>(name: string, choices: readonly T[], fallback: T): T => {
    const value = text(name, fallback)
    const found = choices.find((each) => each.toLowerCase() === value.toLowerCase())
    if (found === undefined) faults.push(`${name} is '${value}'; allowed values: ${choices.join(', ')}.`)
    return found ?? fallback
  }
  const whole = (name: string, fallback: number, [least, most]: readonly [number, number]): number => {
    const value = text(name, String(fallback))
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN
    if (number >= least && number <= most) return number
    faults.push(`${name} is '${value}'; it must be a whole number from ${least} to ${most}.`)
    return fallback
  }

  const mode = choice('TONEGATE_MODE', modes, 'sandbox')
  const defaultRegion = choice('TONEGATE_DEFAULT_REGION', regionNames, 'nam')
  const servedText = text('TONEGATE_REGIONS', mode === 'sandbox' ? regionNames.join(',') : defaultRegion)
  const served = servedText.split(',').map((name) => name.trim().toLowerCase())
  const regions = regionNames.filter((name) => served.includes(name))
  if (served.some((name) => !regionNames.some((known) => known === name))) {
    faults.push(
      `TONEGATE_REGIONS is '${servedText}'; allowed values: ${regionNames.join(', ')}, separated by commas.`,
    )
  }
  if (!regions.includes(defaultRegion)) {
    faults.push(`TONEGATE_DEFAULT_REGION is '${defaultRegion}', which TONEGATE_REGIONS does not include.`)
  }
  const domain = text('TONEGATE_DOMAIN', '') || null
  const isHostName = domain === null || /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(domain)
  if (!isHostName)
    faults.push(`TONEGATE_DOMAIN is '${domain}'; it must be a host name such as pay.example.com.`)
  const sealing = readSealingKeys({
    keys: text('TONEGATE_SEALING_KEY', ''),
    file: text('TONEGATE_SEALING_KEY_FILE', ''),
  })
  faults.push(...sealing.faults)
  const proxy = choice('TONEGATE_PROXY', proxies, 'none')
  if (mode === 'production') {
    const dataFolder = text('TONEGATE_DATA', '') || undefined
    faults.push(...productionFaults({ domain: isHostName ? domain : undefined, sealing, dataFolder, proxy }))
  }
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
  const half = readRole({
    role: text('TONEGATE_ROLE', ''),
    key: readKey(text('TONEGATE_CHANNEL_KEY', '')),
    listen: text('TONEGATE_CHANNEL_LISTEN', ''),
    peer: text('TONEGATE_CHANNEL_PEER', ''),
  })
  faults.push(...half.faults)
  const limited = mode === 'production'
  /** The sandbox has no limit but one that is set. */
  const rate = (name: string, inProduction: number): number | null =>
    limited || text(name, '') !== '' ? whole(name, inProduction, [1, 1_000_000]) : null
  const config: Config = {
    mode,
    ...half.read,
    host: text('HOST', '127.0.0.1').replace(/^\[(.*)\]$/, '$1'),
    port: whole('PORT', 8080, [0, 65_535]),
    dataFolder: resolve(text('TONEGATE_DATA', './data')),
    regions,
    defaultRegion,
    domain: domain?.toLowerCase() ?? null,
    logLevel: choice('TONEGATE_LOG_LEVEL', logLevels, 'info'),
    proxy,
    tokenLifetimeSeconds: whole('TONEGATE_TOKEN_LIFETIME', 3600, [60, 86_400]),
    signingAlgorithm: choice('TONEGATE_SIGNING_ALGORITHM', signingAlgorithms, 'ES256'),
    idTokenAlgorithm: choice('TONEGATE_ID_TOKEN_ALGORITHM', signingAlgorithms, 'RS256'),
    keyRotationDays: whole('TONEGATE_KEY_ROTATION_DAYS', 90, [1, 3650]),
    tokenRequestsPerSecond: rate('TONEGATE_TOKEN_RATE', 50),
    apiRequestsPerSecond: rate('TONEGATE_API_RATE', 200),
    sealingKeys: sealing.keys,
    mail: links.mail,
    sms: links.sms,
    messages: {
      perAddress: {
        hour: whole('TONEGATE_MESSAGES_PER_ADDRESS_HOUR', limited ? 10 : 30, [1, 10_000]),
        day: whole('TONEGATE_MESSAGES_PER_ADDRESS_DAY', limited ? 20 : 200, [1, 100_000]),
      },
      perAccountDay: {
        sms: whole('TONEGATE_SMS_PER_ACCOUNT_DAY', 1000, [1, 10_000_000]),
        email: whole('TONEGATE_EMAILS_PER_ACCOUNT_DAY', 10_000, [1, 10_000_000]),
      },
      smsTo: links.smsTo,
    },
  }
  if (faults.length > 0) throw new ConfigError(faults)
  return config
}
