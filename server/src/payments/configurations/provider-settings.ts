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

/** The configuration member `provider` as an operator writes it; without it the vault of this process captures cards. */
export const writtenProvider = Type.Object(
  {
    kind: Type.Enum(['pci-pal', 'tonegate'], { description: 'Whose contract is spoken.' }),
    baseUrl: address('Where the provider’s API is.'),
    viewBaseUrl: Type.Optional(address('Where its agent view is, if not there.')),
    view: Type.Optional(
      Type.Enum(['framed', 'full'], {
        description: 'Whether the agent view is made to be framed or is a page of its own.',
      }),
    ),
    tenantId: Type.Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'The number of your tenancy.',
    }),
    tenantName: text(100, 'Its name.'),
    username: text(255, 'Who sessions are launched as.'),
    clientId: text(255, 'The client id that the provider gave you.'),
    clientSecret: secretName('The name of the account secret that belongs to it.'),
    flowId: Type.Object(
      {
        agentAssist: flow('The flow of sessions on a call.'),
        digital: flow('The flow of digital sessions.'),
      },
      { ...strict, minProperties: 1, description: 'Which of the provider’s flows is launched.' },
    ),
    initialValues: Type.Record(Type.String(), Type.String({ maxLength: 1024 }), {
      minProperties: 1,
      maxProperties: 100,
      description: 'What a launch sends, each a template.',
    }),
    callback: Type.Object(
      {
        secret: Type.Optional(
          secretName('The name of the account secret that signs callbacks; without it they are not signed.'),
        ),
        generation: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: 1_000_000,
            description: 'A greater one makes another callback URL, for when the former has become known.',
          }),
        ),
        amounts: Type.Enum(['minor', 'major'], {
          description: 'Whether the callback says 1240 or 12.40 for 12.40 pounds.',
        }),
        session: place('Where the session’s id stands.'),
        result: place('Where the outcome stands.'),
        amount: place('Where the amount stands.'),
        currency: place('Where the currency stands.'),
        transactionId: place('Where the gateway’s reference stands.'),
        authorisationCode: place('Where the authorisation code stands.'),
        cardLast4: place('Where the last four digits stand.'),
        cardType: place('Where the card type stands.'),
        cardExpiry: place('Where the expiry date stands.'),
        code: place('Where the gateway’s own result code stands.'),
        details: Type.Optional(
          Type.Array(text(128), {
            maxItems: 20,
            description: 'Further values that result templates may use, under these names.',
          }),
        ),
        results: Type.Optional(
          Type.Record(Type.String(), Type.Enum([...meanings]), {
            minProperties: 1,
            maxProperties: 50,
            description: 'What each word of the outcome means.',
          }),
        ),
      },
      {
        ...strict,
        description: 'How the provider’s callbacks are read; the defaults are the names of PCI Pal’s.',
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
    description: 'Who captures the cards instead of this server: [another provider](remote-provider.md).',
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
  /** A greater one makes another callback URL, for when the former has become known. */
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
  /** Further values that result templates may use, under these names. */
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
    if (!/^[A-Za-z_][\w.-]{0,63}$/.test(name)) fault(path, 'takes names of letters, digits, _ . and -')
    const wrong = templateFault(template)
    if (wrong) fault(path, wrong)
  }
  const words = Object.keys(provider.callback.results ?? {}).map((word) => word.toLowerCase())
  if (new Set(words).size < words.length) fault('callback/results', 'has a word twice, in two spellings')
  return faults
}

function addressFault(given: string | undefined, mode: 'sandbox' | 'production'): string | undefined {
  if (given === undefined) return
  const url = URL.parse(given)
  if (!url) return 'is not a URL'
  if (url.protocol === 'https:') return
  if (mode === 'sandbox' && isLoopback(given)) return
  return 'takes an https URL; http is for a provider on this machine, in the sandbox'
}

function isLoopback(given: string): boolean {
  const host = URL.parse(given)?.hostname ?? ''
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

function templateFault(template: string): string | undefined {
  try {
    const [unknown] = compileTemplate(template).unknownNames(initialValueNames)
    return unknown && `has {{${unknown.name}}}, which is not known`
  } catch (error) {
    if (error instanceof TemplateError) return error.message
    throw error
  }
}

/** What members take whose pattern says little to who reads it, by the beginning of their path. */
export const providerTakes: readonly (readonly [string, string])[] = [
  ['/provider/kind', 'takes pci-pal or tonegate'],
  ['/provider/baseUrl', 'takes a URL such as https://provider.example.com, without a query'],
  ['/provider/viewBaseUrl', 'takes a URL such as https://provider.example.com, without a query'],
  ['/provider/view', 'takes framed or full'],
  ['/provider/clientSecret', 'takes the name of a secret of the account: small letters, digits and hyphens'],
  [
    '/provider/callback/secret',
    'takes the name of a secret of the account: small letters, digits and hyphens',
  ],
  ['/provider/callback/amounts', 'takes minor or major'],
  ['/provider/callback/results', `takes ${meanings.join(', ')}`],
  ['/provider/privateAddresses', 'takes refused or allowed'],
  ['/provider/', 'has control characters'],
]
