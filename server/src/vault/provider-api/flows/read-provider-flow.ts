import { type Static, type TSchema, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { currencies } from '../../../base/money/currencies.ts'
import type { WrongMember } from '../../../base/problem.ts'
import { holdsCardNumber } from '../../../base/redaction/find-card-number.ts'
import { defaultFlow, type Purpose } from '../../model/launch.ts'
import { readOrderAmount } from '../../model/read-order-amount.ts'
import { templateFaults } from '../callbacks/callback-message.ts'
import { isNumbered } from './order-items.ts'
import { type CallbackMembers, defaultTemplate, type ProviderFlow } from './provider-flow.ts'

const day = 24 * 3600
const strict = { additionalProperties: false }

/** No control characters. */
const printable = '^[^\\u0000-\\u001f\\u007f-\\u009f]*$'
const memberName = Type.String({ minLength: 1, maxLength: 100, pattern: printable })
const url = Type.String({ pattern: '^https?://', maxLength: 2000 })
const origin = Type.String({ pattern: '^https?://[^/?#@\\s]+$', maxLength: 255 })

const fromMember = Type.Object({ member: memberName }, strict)
const fixed = Type.Object({ fixed: Type.String({ minLength: 1, maxLength: 40 }) }, strict)
const fixedReference = Type.Object(
  { fixed: Type.String({ minLength: 1, maxLength: 100, pattern: printable }) },
  strict,
)
const destination = Type.Union([
  Type.Object({ url }, strict),
  Type.Object({ member: memberName, origins: Type.Array(origin, { minItems: 1, maxItems: 20 }) }, strict),
])
const amounts = Type.Enum(['minor', 'major'])

const template: TSchema = Type.Cyclic(
  {
    Members: Type.Record(Type.String(), Type.Union([Type.String(), Type.Ref('Members')])),
  },
  'Members',
)

/** A flow as an operator writes it; what its `flow` may hold is told apart. */
const writtenFlow = Type.Object(
  {
    id: Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 }),
    name: Type.String({ minLength: 1, maxLength: 100, pattern: printable }),
    entry: Type.Enum(['keypad', 'link']),
    lifetimeSeconds: Type.Optional(Type.Integer({ minimum: 60, maximum: 30 * day })),
    flow: Type.Object({}),
    initialValues: Type.Object(
      {
        amounts,
        amount: Type.Union([fromMember, fixed]),
        currency: Type.Union([fromMember, fixed]),
        reference: Type.Optional(Type.Union([fromMember, fixedReference])),
        items: Type.Optional(
          Type.Object({ amount: fromMember, reference: Type.Optional(fromMember) }, strict),
        ),
      },
      strict,
    ),
    callback: Type.Optional(
      Type.Object(
        {
          to: destination,
          each: Type.Optional(Type.Enum(['session', 'item'])),
          format: Type.Enum(['form', 'json']),
          template: Type.Optional(Type.Union([Type.String({ minLength: 1, maxLength: 16_384 }), template])),
          amounts: Type.Optional(amounts),
          privateAddresses: Type.Optional(Type.Enum(['refused', 'allowed'])),
          signature: Type.Optional(Type.Enum(['none', 'standard-webhooks'])),
        },
        strict,
      ),
    ),
    returnTo: Type.Optional(destination),
  },
  strict,
)

type WrittenFlow = Static<typeof writtenFlow>

const check = Compile(writtenFlow)

/**
 * Reads a flow that an operator wrote, all but its `flow`.
 *
 * @returns what it makes of a `flow` that has been read, or each wrong member by its path.
 */
export function readProviderFlow(
  value: unknown,
):
  | { readonly withFlow: (flow: ProviderFlow['flow']) => ProviderFlow }
  | { readonly faults: readonly WrongMember[] } {
  if (!check.Check(value)) return { faults: wrongMembers(value) }
  const faults = [...orderFaults(value), ...destinationFaults(value), ...callbackFaults(value)]
  return faults.length > 0 ? { faults } : { withFlow: (flow) => withDefaults(value, flow) }
}

function withDefaults(value: WrittenFlow, flow: ProviderFlow['flow']): ProviderFlow {
  const { id, name, entry, initialValues, callback, returnTo } = value
  const lifetimeSeconds = value.lifetimeSeconds ?? (entry === 'link' ? 3 * day : 3600)
  const idle = 'idleSeconds' in value.flow || entry === 'keypad' ? {} : { idleSeconds: lifetimeSeconds }
  return {
    id,
    name,
    entry,
    lifetimeSeconds,
    flow: { ...flow, ...idle },
    initialValues: initialValues as ProviderFlow['initialValues'],
    ...(callback && {
      callback: {
        to: callback.to,
        each: callback.each ?? 'session',
        format: callback.format,
        template: (callback.template as CallbackMembers | string | undefined) ?? defaultTemplate,
        amounts: callback.amounts ?? initialValues.amounts,
        privateAddresses: callback.privateAddresses ?? 'refused',
        signature: callback.signature ?? 'none',
      },
    }),
    ...(returnTo && { returnTo }),
  }
}

function orderFaults({ initialValues, flow }: WrittenFlow): readonly WrongMember[] {
  const { amount, currency, amounts: way } = initialValues
  const faults: WrongMember[] = []
  if ('fixed' in currency && !currencies.has(currency.fixed)) {
    faults.push({
      path: '/initialValues/currency/fixed',
      message: 'must be an ISO 4217 currency code such as USD',
    })
  }
  if ('fixed' in amount) {
    const code = 'fixed' in currency && currencies.has(currency.fixed) ? currency.fixed : ''
    const purpose = 'purpose' in flow ? (flow.purpose as Purpose) : defaultFlow.purpose
    const read = readOrderAmount(amount.fixed, { currency: code, purpose, amounts: way })
    if ('wrong' in read || (way === 'major' && code === '')) {
      const message =
        way === 'minor' ? 'must be digits such as 1240' : 'is possible only with a fixed currency'
      faults.push({ path: '/initialValues/amount/fixed', message })
    }
  }
  const reference = initialValues.reference
  if (
    reference &&
    'fixed' in reference &&
    (holdsCardNumber(reference.fixed) || reference.fixed.trim() === '')
  ) {
    faults.push({
      path: '/initialValues/reference/fixed',
      message: 'must be a string without a card number',
    })
  }
  return [...faults, ...itemFaults(initialValues.items)]
}

function itemFaults(items: WrittenFlow['initialValues']['items']): readonly WrongMember[] {
  return Object.entries(items ?? {}).flatMap(([name, { member }]) =>
    isNumbered(member)
      ? []
      : [
          {
            path: `/initialValues/items/${name}/member`,
            message: 'must be a name with {n}, such as Amount_{n}',
          },
        ],
  )
}

function destinationFaults({ callback, returnTo }: WrittenFlow): readonly WrongMember[] {
  const named = [
    ['/callback/to', callback?.to],
    ['/returnTo', returnTo],
  ] as const
  return named.flatMap(([path, to]): readonly WrongMember[] => {
    if (!to) return []
    if ('url' in to) {
      return isPlainUrl(to.url) ? [] : [{ path: `${path}/url`, message: 'must be a URL without credentials' }]
    }
    return to.origins.flatMap((each, index) =>
      isOrigin(each)
        ? []
        : [
            {
              path: `${path}/origins/${index}`,
              message: 'must be an origin such as https://shop.example.com',
            },
          ],
    )
  })
}

/** In its plain form, with `:*` for every port. */
function isOrigin(text: string): boolean {
  const origin = text.replace(/:\*$/, '')
  return URL.canParse(origin) && new URL(origin).origin === origin
}

function isPlainUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { username, password } = new URL(text)
  return username === '' && password === ''
}

function callbackFaults({ callback, initialValues }: WrittenFlow): readonly WrongMember[] {
  const { each = 'session', template, format = 'form' } = callback ?? {}
  if (each === 'item' && !initialValues.items) {
    return [{ path: '/callback/each', message: 'can be item only if initialValues has items' }]
  }
  if (template === undefined) return []
  return templateFaults(
    { format, template: template as CallbackMembers | string, each },
    '/callback/template',
  )
}

function wrongMembers(value: unknown): readonly WrongMember[] {
  const faults = new Map<string, string>()
  for (const { instancePath, keyword, params, message } of check.Errors(value)) {
    const choice = choices.find(([path]) => instancePath === path || instancePath.startsWith(`${path}/`))
    if (choice) faults.set(choice[0], choice[1])
    else if (keyword === 'required' && 'requiredProperties' in params) {
      for (const name of params.requiredProperties) faults.set(`${instancePath}/${name}`, 'is missing')
    } else if (keyword === 'additionalProperties' && 'additionalProperties' in params) {
      for (const name of params.additionalProperties) {
        faults.set(`${instancePath}/${name}`, 'is not a member of a flow')
      }
    } else if (keyword !== 'boolean') {
      const inWords = takes.find(([path]) => instancePath === path)?.[1]
      faults.set(instancePath || '/', inWords ?? message)
    }
  }
  return [...faults].map(([path, message]) => ({ path, message }))
}

/** Members that are one of two things, and what they take. */
const choices: readonly (readonly [string, string])[] = [
  ['/initialValues/amount', 'must be {"member": "…"} or {"fixed": "…"}'],
  ['/initialValues/currency', 'must be {"member": "…"} or {"fixed": "…"}'],
  ['/initialValues/reference', 'must be {"member": "…"} or {"fixed": "…"}'],
  ['/callback/to', 'must be {"url": "https://…"} or {"member": "…", "origins": ["https://…"]}'],
  ['/callback/template', 'must be a string, or an object whose members are strings or such objects'],
  ['/returnTo', 'must be {"url": "https://…"} or {"member": "…", "origins": ["https://…"]}'],
]

const takes: readonly (readonly [string, string])[] = [
  ['/name', 'contains control characters'],
  ['/entry', 'must be keypad or link'],
  ['/initialValues/amounts', 'must be minor or major'],
  ['/callback/each', 'must be session or item'],
  ['/callback/format', 'must be form or json'],
  ['/callback/amounts', 'must be minor or major'],
  ['/callback/privateAddresses', 'must be refused or allowed'],
  ['/callback/signature', 'must be none or standard-webhooks'],
]
