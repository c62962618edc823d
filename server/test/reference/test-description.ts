import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { apiReference } from '../../src/app/reference/api-reference.ts'

/** What the tests read of a description. */
export interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>
  readonly webhooks: Readonly<Record<string, { readonly post: DescribedOperation }>>
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>
    readonly examples: Readonly<Record<string, DescribedExample>>
  }
}

export interface DescribedOperation {
  readonly operationId: string
  readonly summary: string
  readonly description: string
  readonly tags: readonly [string]
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
  readonly parameters?: readonly {
    readonly name: string
    readonly in: 'path' | 'query' | 'header'
    readonly required: boolean
    readonly description: string
    readonly example?: string
    readonly schema: object
  }[]
  readonly requestBody?: { readonly required: boolean; readonly content: DescribedContent }
  readonly responses: Readonly<
    Record<string, { readonly headers: object; readonly content?: DescribedContent }>
  >
}

export type DescribedContent = Readonly<
  Record<
    string,
    {
      readonly schema: { readonly $ref?: string }
      readonly examples: Readonly<Record<string, DescribedExample | { readonly $ref: string }>>
    }
  >
>

export interface DescribedExample {
  readonly summary: string
  readonly value: unknown
}

export const description = apiReference as Description

export const methods = ['get', 'put', 'post', 'delete'] as const

/** Each operation with its path. */
export const operations = Object.entries(description.paths).flatMap(([path, item]) =>
  methods.flatMap((method) => {
    const operation = item[method]
    return operation ? [{ path, method, operation }] : []
  }),
)

/** `/v1/session/:guid` and `/v1/session/{sessionGuid}` alike. */
export const patternOf = (path: string): string => path.replace(/:\w+|\{\w+\}/g, '*').toLowerCase()

/** The example itself, where there is a reference to it. */
export const exampleOf = (example: DescribedExample | { readonly $ref: string }): DescribedExample => {
  if (!('$ref' in example)) return example
  const found = description.components.examples[example.$ref.split('/').at(-1) ?? '']
  if (!found) throw new Error(`There is no ${example.$ref}.`)
  return found
}

const ajv = new Ajv2020({ strict: false, allErrors: true })
formats.default(ajv)
ajv.addSchema({ $id: 'sent', ...description })
ajv.addSchema({ $id: 'closed', ...(closed(description) as object) })

const checks = new Map<string, ValidateFunction>()

/**
 * What is wrong with a value, by the schema at a place of the description.
 *
 * @param place `closed`: objects have no members but the ones that are described; problems may have more.
 */
export function faultsAt(
  place: 'sent' | 'closed',
  path: readonly string[],
  value: unknown,
): readonly string[] {
  const pointer = path.map((each) => encodeURIComponent(each.replaceAll('~', '~0').replaceAll('/', '~1')))
  const $ref = `${place}#/${pointer.join('/')}`
  const check = checks.get($ref) ?? ajv.compile({ $ref })
  checks.set($ref, check)
  if (check(value)) return []
  return (check.errors ?? []).map(
    ({ instancePath, message = '', params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  )
}

/** The same schemas, whose objects have no members but the ones that are described. */
function closed(value: unknown, name?: string): unknown {
  if (Array.isArray(value)) return value.map((each) => closed(each))
  if (typeof value !== 'object' || value === null || name === 'Problem' || name === 'examples') return value
  const members = Object.fromEntries(Object.entries(value).map(([key, member]) => [key, closed(member, key)]))
  const isOpen = 'properties' in value && 'type' in value && !('additionalProperties' in value)
  return isOpen ? { ...members, additionalProperties: false } : members
}
