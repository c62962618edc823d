import { readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'

interface Operation {
  readonly request: string
  readonly response: string
  /** Of an answer that is no refusal. */
  readonly status: number
}

/** What is wrong with a body by Adyen's own description; empty where nothing is. */
export type Faults = readonly string[]

const text = readFileSync(new URL('test-adyen-facts.json', import.meta.url), 'utf8')
const facts = JSON.parse(text) as {
  readonly operations: Readonly<Record<string, Operation>>
  readonly definitions: Readonly<Record<string, { readonly properties: Readonly<Record<string, unknown>> }>>
}

const ajv = new Ajv({ allErrors: true, strict: false }).addSchema({ ...facts, $id: 'adyen' })
const validators = new Map<string, ValidateFunction>()

function faultsOf(definition: string, body: unknown): Faults {
  const known = validators.get(definition)
  const validate = known ?? ajv.compile({ $ref: `adyen#/definitions/${definition}` })
  validators.set(definition, validate)
  validate(body)
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  )
}

/** The operation of a path under the version, as `/payments`; `undefined` where Adyen has none. */
export function operationOf(path: string): Operation | undefined {
  const pattern = Object.keys(facts.operations).find((template) =>
    new RegExp(`^${template.replace(/\{\w+\}/g, '[A-Z0-9]{16}')}$`).test(path),
  )
  return pattern === undefined ? undefined : facts.operations[pattern]
}

export const faultsOfRequest = ({ request }: Operation, body: unknown): Faults => faultsOf(request, body)

export const faultsOfAnswer = ({ response }: Operation, body: unknown): Faults => faultsOf(response, body)

export const faultsOfRefusal = (body: unknown): Faults => faultsOf('ServiceError', body)

export const faultsOfNotification = (body: unknown): Faults => faultsOf('NotificationRequest', body)

function enumIn(definition: string, member: string): readonly string[] {
  const described = facts.definitions[definition]?.properties[member] as { readonly enum?: readonly string[] }
  return described?.enum ?? []
}

/** Every `resultCode` of a payment. */
export const resultCodes = enumIn('PaymentResponse', 'resultCode')

/** Every `eventCode` of a notification. */
export const eventCodes = enumIn('NotificationRequestItem', 'eventCode')
