import { type Static, Type } from 'typebox'
import type { WrongMember } from '../../base/problem.ts'
import { compileTemplate, TemplateError } from '../../base/template.ts'
import { initialValueNames } from './initial-values.ts'

const strict = { additionalProperties: false }
const printable = '^[^\\u0000-\\u001f\\u007f-\\u009f]*$'
const text = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: printable })

/** Where a value stands in a callback: the name of a form's field, or names down into JSON with dots between. */
const place = Type.Optional(text(128))
const address = Type.String({ maxLength: 512, pattern: '^https?://[^\\s?#@]+$' })
const secretName = Type.String({ pattern: '^[a-z][a-z0-9-]{0,63}$' })
const flow = Type.Optional(
  Type.Union([Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }), text(64)]),
)

/** What a word in a callback says of a session; `in-progress`: that it has not ended. */
const meanings = ['approved', 'declined', 'review', 'cancelled', 'failed', 'unknown', 'in-progress'] as const

/** The configuration member `provider` as an operator writes it; without it the vault of this process captures cards. */
export const writtenProvider = Type.Object(
  {
    kind: Type.Enum(['pci-pal', 'tonegate']),
    baseUrl: address,
    viewBaseUrl: Type.Optional(address),
    view: Type.Optional(Type.Enum(['framed', 'full'])),
    tenantId: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
    tenantName: text(100),
    username: text(255),
    clientId: text(255),
    clientSecret: secretName,
    flowId: Type.Object({ agentAssist: flow, digital: flow }, { ...strict, minProperties: 1 }),
    initialValues: Type.Record(Type.String(), Type.String({ maxLength: 1024 }), {
      minProperties: 1,
      maxProperties: 100,
    }),
    callback: Type.Object(
      {
        secret: Type.Optional(secretName),
        generation: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
        amounts: Type.Enum(['minor', 'major']),
        session: place,
        result: place,
        amount: place,
        currency: place,
        transactionId: place,
        authorisationCode: place,
        cardLast4: place,
        cardType: place,
        cardExpiry: place,
        code: place,
        details: Type.Optional(Type.Array(text(128), { maxItems: 20 })),
        results: Type.Optional(
          Type.Record(Type.String(), Type.Enum([...meanings]), { minProperties: 1, maxProperties: 50 }),
        ),
      },
      strict,
    ),
    privateAddresses: Type.Optional(Type.Enum(['refused', 'allowed'])),
  },
  strict,
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
const usualCallback = {
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
export function withUsualProvider({ callback, ...written }: WrittenProvider): ProviderSettings {
  return {
    view: 'framed',
    privateAddresses: 'refused',
    ...written,
    callback: {
      ...usualCallback,
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
