import type { ExaminedPoint } from '../../cli/tools.ts'
import { toConsider } from './point.ts'

const prefix = 'TONEGATE_'

/** What stands behind the prefix: of a server, of its commands, and of programs that use it. */
const known: ReadonlySet<string> = new Set([
  'API_RATE',
  'API_URL',
  'CA',
  'CALLS_URL',
  'CHANNEL_KEY',
  'CHANNEL_LISTEN',
  'CHANNEL_PEER',
  'CLIENT_ID',
  'CLIENT_SECRET',
  'DATA',
  'DEFAULT_REGION',
  'DOMAIN',
  'DRAIN_SECONDS',
  'EMAILS_PER_ACCOUNT_DAY',
  'ID_TOKEN_ALGORITHM',
  'KEY',
  'KEY_ROTATION_DAYS',
  'LOG_LEVEL',
  'MAIL_FROM',
  'MCP_AGENT_ID',
  'MCP_CLIENT_ID',
  'MCP_CLIENT_SECRET',
  'MCP_CLIENT_SECRET_FILE',
  'MCP_CONFIGURATION_ID',
  'MCP_HTTP_NAMES',
  'MCP_HTTP_SECRET',
  'MCP_HTTP_SECRET_FILE',
  'MCP_MAX_AMOUNT',
  'MCP_REGION',
  'MCP_URL',
  'MESSAGES_PER_ADDRESS_DAY',
  'MESSAGES_PER_ADDRESS_HOUR',
  'METRICS_TOKEN',
  'MODE',
  'NODE_KEY',
  'NODE_URL',
  'OPERATOR',
  'OPS_LISTEN',
  'PLATFORM_KEY',
  'PROXY',
  'READY_FILE',
  'REGION',
  'REGIONS',
  'ROLE',
  'SEALING_KEY',
  'SEALING_KEY_FILE',
  'SERVERS',
  'SIGNING_ALGORITHM',
  'SMS_BODY',
  'SMS_HEADERS',
  'SMS_PER_ACCOUNT_DAY',
  'SMS_TO',
  'SMS_URL',
  'SMTP_URL',
  'STOP_SECONDS',
  'STORE',
  'TOKEN_LIFETIME',
  'TOKEN_RATE',
  'TOKEN_URL',
  'TRACES_PER_SECOND',
  'URL',
])

/** A misspelt name sets nothing, and nobody else says so. */
export const checkSettingNames = (
  environment: Readonly<Record<string, string | undefined>>,
): readonly ExaminedPoint[] =>
  Object.keys(environment)
    .filter((name) => name.startsWith(prefix) && !known.has(name.slice(prefix.length)))
    .map((name) => toConsider(`setting ${name}`, 'It is set, but no setting has this name'))
