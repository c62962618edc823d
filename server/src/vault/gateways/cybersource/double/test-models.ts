import { objectOf } from '../../json-answer.ts'
import models from './test-models.json' with { type: 'json' }

/** What CyberSource's REST API can be asked, by the names that the models of its SDK have for it here. */
export type ModelName = keyof typeof models

interface Member {
  readonly type: string
  readonly must: string
}

/** The members of each object, by its path. */
type Model = ReadonlyMap<string, ReadonlyMap<string, Member>>

const members = Object.fromEntries(
  Object.entries(models).map(([name, model]) => [
    name,
    new Map(Object.entries(model).map(([path, text]) => [path, membersIn(text)] as const)),
  ]),
) as Readonly<Record<string, Model>> as Readonly<Record<ModelName, Model>>

/** `name`, `name:type` or `name:type!` where it must be there. */
function membersIn(text: string): ReadonlyMap<string, Member> {
  return new Map(
    text.split(' ').map((each) => {
      const [, name = '', type = 'text', must = ''] = /^(\w+)(?::(\w+))?(!?)$/.exec(each) ?? []
      return [name, { type, must }] as const
    }),
  )
}

/**
 * What is wrong with a body, by the members and types that the vendor's own SDK has (cybersource-rest-client 0.0.83, facts
 * of its models alone): a member that it does not know, a value of another kind or out of its list, a member that is
 * missing. A path each.
 */
export const faultsOf = (name: ModelName, body: unknown): readonly string[] =>
  faultsIn(members[name], body, '')

function faultsIn(model: Model, value: unknown, path: string): readonly string[] {
  const json = objectOf(value)
  if (!json) return [`${path} is no object`]
  const members = model.get(path || '.') ?? new Map<string, Member>()
  const missing = [...members].filter(([name, { must }]) => must && json[name] === undefined)
  return [
    ...missing.map(([name]) => `${pathOf(path, name)} is missing`),
    ...Object.entries(json).flatMap(([name, member]) => {
      const known = members.get(name)
      const at = pathOf(path, name)
      if (!known) return [`${at} is not known`]
      if (known.type === 'object') return faultsIn(model, member, at)
      if (!kinds[known.type]?.(member)) return [`${at} is no ${known.type}`]
      const some = enumerations[at]
      const isListed = !some || [member].flat().every((each) => some.includes(String(each)))
      return isListed ? [] : [`${at} is none of its values`]
    }),
  ]
}

const pathOf = (path: string, name: string): string => (path ? `${path}.${name}` : name)

const kinds: Readonly<Record<string, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  flag: (value) => typeof value === 'boolean',
  number: (value) => typeof value === 'number',
  texts: (value) => Array.isArray(value) && value.every((each) => typeof each === 'string'),
  other: (value) => objectOf(value) !== undefined,
  others: Array.isArray,
}

/** Values that the vendor lists, of what may be sent. */
const enumerations: Readonly<Record<string, readonly string[]>> = {
  'processingInformation.commerceIndicator': [
    ...['internet', 'MOTO', 'moto', 'recurring', 'recurring_internet', 'install', 'vbv', 'vbv_attempted'],
    ...['vbv_failure', 'spa', 'spa_failure', 'js', 'js_attempted', 'js_failure', 'aesk', 'aesk_attempted'],
    ...['dipb', 'dipb_attempted', 'pb', 'pb_attempted', 'up3ds', 'up3ds_attempted'],
  ],
  'processingInformation.actionList': [
    ...['TOKEN_CREATE', 'DECISION_SKIP', 'CONSUMER_AUTHENTICATION', 'VALIDATE_CONSUMER_AUTHENTICATION'],
  ],
  'processingInformation.actionTokenTypes': [
    ...['customer', 'paymentInstrument', 'instrumentIdentifier', 'shippingAddress'],
  ],
  'processingInformation.authorizationOptions.initiator.type': ['customer', 'merchant'],
  'consumerAuthenticationInformation.deviceChannel': ['SDK', 'BROWSER', 'Browser', '3RI'],
  'consumerAuthenticationInformation.messageCategory': ['01', '02'],
  'consumerAuthenticationInformation.transactionMode': ['M', 'R', 'S', 'P', 'T'],
}
