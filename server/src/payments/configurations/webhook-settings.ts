import { type Static, Type } from 'typebox'
import type { WrongMember } from '../../base/problem.ts'
import { type WebhookEvent, webhookEvents } from './webhook-events.ts'

const strict = { additionalProperties: false }
const url = (description: string) => Type.String({ minLength: 1, maxLength: 2000, description })
const secretName = (description: string) => Type.String({ pattern: '^[a-z][a-z0-9-]{0,63}$', description })

/** The member `webhook` of an account configuration, as an operator writes it. */
export const writtenWebhook = Type.Object(
  {
    url: url('The URL that messages are posted to.'),
    privateAddresses: Type.Optional(
      Type.Enum(['refused', 'allowed'], {
        description: 'Whether it may be in your own network: loopback, private and link-local addresses.',
      }),
    ),
    signingSecret: secretName('The name of the account secret that signs the messages.'),
    events: Type.Optional(
      Type.Array(Type.Enum([...webhookEvents]), {
        uniqueItems: true,
        description:
          'What is sent besides the status of a session that has ended: [events](webhooks.md#progress-and-payments).',
      }),
    ),
    oauth: Type.Optional(
      Type.Object(
        {
          tokenUrl: url('The token endpoint.'),
          clientId: Type.String({
            minLength: 1,
            maxLength: 500,
            pattern: '^[\\u0020-\\u007e]*$',
            description: 'The client id that the token is requested with.',
          }),
          secret: secretName('The name of the account secret that contains the client secret.'),
          authentication: Type.Optional(
            Type.Enum(['basic', 'form'], { description: 'How the client id and secret are sent.' }),
          ),
          parameters: Type.Optional(
            Type.Record(
              Type.String({ pattern: '^[\\u0021-\\u007e]{1,64}$' }),
              Type.String({ maxLength: 1000 }),
              {
                ...strict,
                maxProperties: 20,
                description: 'More parameters for the token endpoint, such as `scope` or `audience`.',
              },
            ),
          ),
        },
        {
          ...strict,
          description: 'A token that is requested with client credentials and sent with each message.',
        },
      ),
    ),
  },
  { ...strict, description: 'Where to report what happens in a session: [webhooks](webhooks.md).' },
)

/** What members take whose pattern says little to who reads it, by the beginning of their path. */
export const webhookTakes: readonly (readonly [string, string])[] = [
  ['/webhook/privateAddresses', 'must be refused or allowed'],
  [
    '/webhook/signingSecret',
    'must be the name of a secret of the account: lower-case letters, digits and hyphens',
  ],
  [
    '/webhook/oauth/secret',
    'must be the name of a secret of the account: lower-case letters, digits and hyphens',
  ],
  ['/webhook/oauth/clientId', 'contains characters that are not printable ASCII'],
  ['/webhook/oauth/authentication', 'must be basic or form'],
  ['/webhook/events/', `must be one of ${webhookEvents.join(', ')}`],
  ['/webhook/events', 'must be a list of event types, each once'],
]

/** Where an account is told how a session ended (contract/payment-api §5). */
export interface WebhookSettings {
  readonly url: string
  readonly privateAddresses: 'refused' | 'allowed'
  /** The name of an account secret. */
  readonly signingSecret: string
  /** What is sent besides. */
  readonly events?: readonly WebhookEvent[]
  /** Client credentials (RFC 6749 §4.4): a token is asked for, and sent along. */
  readonly oauth?: OAuthSettings
}

export interface OAuthSettings {
  readonly tokenUrl: string
  readonly clientId: string
  /** The name of an account secret. */
  readonly secret: string
  /** How the token endpoint is told id and secret. */
  readonly authentication: 'basic' | 'form'
  /** What the token endpoint wants besides: `scope`, `audience`. */
  readonly parameters: Readonly<Record<string, string>>
}

type WrittenWebhook = Static<typeof writtenWebhook>

/** What no schema says of a webhook. */
export function webhookFaults({ url, privateAddresses, oauth }: WrittenWebhook): readonly WrongMember[] {
  const faults = [['/webhook/url', url], ...(oauth ? [['/webhook/oauth/tokenUrl', oauth.tokenUrl]] : [])]
  const addresses = faults.flatMap(([path = '', text = '']) => {
    const message = urlFault(text, privateAddresses)
    return message === undefined ? [] : [{ path, message }]
  })
  return [...addresses, ...reservedParameters(oauth?.parameters)]
}

function urlFault(text: string, privateAddresses: WrittenWebhook['privateAddresses']): string | undefined {
  const parsed = URL.parse(text)
  if (!parsed || !/^https?:$/.test(parsed.protocol))
    return 'must be a URL such as https://shop.example.com/paid'
  if (parsed.username !== '' || parsed.password !== '')
    return 'must not contain credentials: put them into oauth'
  if (text.includes('#')) return 'must not have a fragment'
  if (parsed.protocol === 'http:' && privateAddresses !== 'allowed') {
    return 'must be https; http is allowed only with privateAddresses'
  }
  return undefined
}

const ownParameters = new Set(['grant_type', 'client_id', 'client_secret'])

function reservedParameters(parameters: Readonly<Record<string, string>> = {}): readonly WrongMember[] {
  return Object.keys(parameters)
    .filter((name) => ownParameters.has(name.toLowerCase()))
    .map((name) => ({
      path: `/webhook/oauth/parameters/${name}`,
      message: 'must not be set: Tonegate sends it itself',
    }))
}

/** A webhook with what it leaves out as it usually is. */
export function withWebhookDefaults({ oauth, ...written }: WrittenWebhook): WebhookSettings {
  return {
    privateAddresses: 'refused',
    ...written,
    ...(oauth && { oauth: { authentication: 'basic', parameters: {}, ...oauth } }),
  }
}
