import { type Static, Type } from 'typebox'
import type { WrongMember } from '../../base/problem.ts'
import { compileTemplate, TemplateError } from '../../base/text/template.ts'
import { initialValueNames } from './initial-value-names.ts'

const strict = { additionalProperties: false }
const printable = '^[^\\u0000-\\u001f\\u007f-\\u009f]*$'
const text = (maxLength: number, description?: string) =>
  Type.String({ minLength: 1, maxLength, pattern: printable, ...(description && { description }) })

/** Where a value stands in a callback: the name of a form's field, or names down into JSON with dots between. */
const place = (description: string) => Type.Optional(text(128, description))
const address = (description: string) =>
  Type.String({ maxLength: 512, pattern: '^https?://[^\\s?#@]+$', description })
const secretName = (description: string) => Type.String({ pattern: '^[a-z][a-z0-9-]{0,63}$', description })
const flow = (description: string) =>
  Type.Optional(
    Type.Union([Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }), text(64)], { description }),
  )

/** What a word in a callback says of a session; `in-progress`: that it has not ended. */
const meanings = ['approved', 'declined', 'review', 'cancelled', 'failed', 'unknown', 'in-progress'] as const

/** The configuration member `provider` as an operator writes it; without it the vault of this process takes the cards. */
export const writtenProvider = Type.Object(
  {
    kind: Type.Enum(['pci-pal', 'tonegate'], { description: 'The contract that the provider uses.' }),
    baseUrl: address('The base URL of the provider’s API.'),
    viewBaseUrl: Type.Optional(address('The base URL of its agent view, if different.')),
    view: Type.Optional(
      Type.Enum(['framed', 'full'], {
        description: 'Whether the agent view is opened in a frame or as a page of its own.',
      }),
    ),
    tenantId: Type.Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'The id of your tenant.',
    }),
    tenantName: text(100, 'Its name.'),
    username: text(255, 'The user name that sessions are launched with.'),
    clientId: text(255, 'The client id that the provider gave you.'),
    clientSecret: secretName('The name of the account secret that contains the client secret.'),
    flowId: Type.Object(
      {
        agentAssist: flow('The flow for sessions on a call.'),
        digital: flow('The flow for digital sessions.'),
      },
      { ...strict, minProperties: 1, description: 'The provider’s flows to launch.' },
    ),
    initialValues: Type.Record(Type.String(), Type.String({ maxLength: 1024 }), {
      minProperties: 1,
      maxProperties: 100,
      description: 'The values that a launch sends, each a template.',
    }),
    callback: Type.Object(
      {
        secret: Type.Optional(
          secretName(
            'The name of the account secret that signs callbacks; without it, callbacks are not signed.',
          ),
        ),
        generation: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: 1_000_000,
            description: 'A greater number creates a new callback URL, in case the old one has leaked.',
          }),
        ),
        amounts: Type.Enum(['minor', 'major'], {
          description: 'Whether 12.40 pounds are 1240 (minor) or 12.40 (major) in a callback.',
        }),
        session: place('The place of the session id.'),
        result: place('The place of the outcome.'),
        amount: place('The place of the amount.'),
        currency: place('The place of the currency.'),
        transactionId: place('The place of the gateway’s reference.'),
        authorisationCode: place('The place of the authorisation code.'),
        cardLast4: place('The place of the last four digits.'),
        cardType: place('The place of the card type.'),
        cardExpiry: place('The place of the expiry date.'),
        code: place('The place of the gateway’s own result code.'),
        details: Type.Optional(
          Type.Array(text(128), {
            maxItems: 20,
            description: 'More values for result templates, by name.',
          }),
        ),
        results: Type.Optional(
          Type.Record(Type.String(), Type.Enum([...meanings]), {
            minProperties: 1,
            maxProperties: 50,
            description: 'The meaning of each value of the outcome.',
          }),
        ),
      },
      {
        ...strict,
        description: 'How the provider’s callbacks are read; the defaults are PCI Pal’s names.',
      },
    ),
    privateAddresses: Type.Optional(
      Type.Enum(['refused', 'allowed'], {
        description: 'Whether the provider may be in your own network.',
      }),
    ),
  },
  {
    ...strict,
    description: 'The [other provider](remote-provider.md) that takes the cards instead of this server.',
  },
)

type WrittenProvider = Static<typeof writtenProvider>

export type CallbackMeaning = (typeof meanings)[number]

/** Another provider than the vault of this process, and how its contract is spoken (contract/provider). */
export interface ProviderSettings extends Omit<WrittenProvider, 'view' | 'privateAddresses' | 'callback'> {
  /** What the agent's page is opened with: made to be framed, or a page of its own. */
  readonly view: 'framed' | 'full'
  readonly privateAddresses: 'refused' | 'allowed'
  readonly callback: CallbackSettings
}

/** How a callback is read. Places are names of fields, or names down into JSON with dots between. */
export interface CallbackSettings {
  /** The name of the account's secret that signs callbacks; without it they are not signed. */
  readonly secret?: string
  /** A greater number creates a new callback URL, in case the old one has leaked. */
  readonly generation: number
  readonly amounts: 'minor' | 'major'
  /** Holds `sessionGuid`, or the provider's own id of the session. */
  readonly session: string
  readonly result: string
  readonly amount: string
  readonly currency: string
  readonly transactionId: string
  readonly authorisationCode: string
  readonly cardLast4: string
  readonly cardType: string
  readonly cardExpiry: string
  /** The gateway's own result code. */
  readonly code?: string
  /** More values for result templates, by name. */
  readonly details: readonly string[]
  /** Words in any case. One that is not among them is `unknown`: money may have moved. */
  readonly results: Readonly<Record<string, CallbackMeaning>>
}

/** The names that PCI Pal's clients know (contract/provider §4). */
const defaultCallback = {
  generation: 1,
  result: 'transactionResult',
  amount: 'orderAmount',
  currency: 'orderCurrency',
  transactionId: 'transactionID',
  authorisationCode: 'transactionAuthCode',
  cardLast4: 'cardLast4',
  cardType: 'cardType',
  cardExpiry: 'cardExpiry',
  details: [],
  results: { SUCCESS: 'approved', DECLINE: 'declined', CANCELLED: 'cancelled', ERROR: 'unknown' },
} as const satisfies Partial<CallbackSettings>

/** A provider's settings with what they leave out as it usually is. */
export function withProviderDefaults({ callback, ...written }: WrittenProvider): ProviderSettings {
  return {
    view: 'framed',
    privateAddresses: 'refused',
    ...written,
    callback: {
      ...defaultCallback,
      session: written.kind === 'tonegate' ? 'ppCallID' : 'sessionGuid',
      ...callback,
    },
  }
}

/** What is wrong with settings that are of the right shape, by path. */
export function providerFaults(
  provider: WrittenProvider,
  mode: 'sandbox' | 'production',
): readonly WrongMember[] {
  const faults: WrongMember[] = []
  const fault = (path: string, message: string) => faults.push({ path: `/provider/${path}`, message })
  for (const member of ['baseUrl', 'viewBaseUrl'] as const) {
    const wrong = addressFault(provider[member], mode)
    if (wrong) fault(member, wrong)
  }
  if (isLoopback(provider.baseUrl) && provider.privateAddresses !== 'allowed') {
    fault('privateAddresses', "must be 'allowed' for a provider on this machine")
  }
  for (const [name, template] of Object.entries(provider.initialValues)) {
    const path = `initialValues/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
    if (!/^[A-Za-z_][\w.-]{0,63}$/.test(name)) fault(path, 'must have names of letters, digits, _ . and -')
    const wrong = templateFault(template)
    if (wrong) fault(path, wrong)
  }
  const words = Object.keys(provider.callback.results ?? {}).map((word) => word.toLowerCase())
  if (new Set(words).size < words.length) fault('callback/results', 'contains a word twice, in two spellings')
  return faults
}

function addressFault(given: string | undefined, mode: 'sandbox' | 'production'): string | undefined {
  if (given === undefined) return
  const url = URL.parse(given)
  if (!url) return 'must be a URL'
  if (url.protocol === 'https:') return
  if (mode === 'sandbox' && isLoopback(given)) return
  return 'must be an https URL; http is allowed only in the sandbox, for a provider on this machine'
}

function isLoopback(given: string): boolean {
  const host = URL.parse(given)?.hostname ?? ''
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

function templateFault(template: string): string | undefined {
  try {
    const [unknown] = compileTemplate(template).unknownNames(initialValueNames)
    return unknown && `contains the unknown value {{${unknown.name}}}`
  } catch (error) {
    if (error instanceof TemplateError) return error.message
    throw error
  }
}

/** What members take whose pattern says little to who reads it, by the beginning of their path. */
export const providerTakes: readonly (readonly [string, string])[] = [
  ['/provider/kind', 'must be pci-pal or tonegate'],
  ['/provider/baseUrl', 'must be a URL such as https://provider.example.com, without a query'],
  ['/provider/viewBaseUrl', 'must be a URL such as https://provider.example.com, without a query'],
  ['/provider/view', 'must be framed or full'],
  [
    '/provider/clientSecret',
    'must be the name of a secret of the account: lower-case letters, digits and hyphens',
  ],
  [
    '/provider/callback/secret',
    'must be the name of a secret of the account: lower-case letters, digits and hyphens',
  ],
  ['/provider/callback/amounts', 'must be minor or major'],
  ['/provider/callback/results', `must be one of ${meanings.join(', ')}`],
  ['/provider/privateAddresses', 'must be refused or allowed'],
  ['/provider/', 'contains control characters'],
]
