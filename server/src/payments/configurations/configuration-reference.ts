import { configurationSchema, withDefaults } from './read-configuration.ts'

/** What of a JSON Schema the table tells. */
interface Schema {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly maxItems?: number
  readonly maxProperties?: number
}

/** The least that each part may say, so that what it leaves out shows what it is without it. */
const least: Parameters<typeof withDefaults>[0] = {
  id: 0,
  name: 'least',
  resultTemplate: 'cybersource',
  defaultCurrency: 'USD',
  flow: { gateway: 'least', merchantName: 'least', frameAncestors: ['https://desk.example.com'] },
  webhook: {
    url: 'https://hooks.example.com',
    signingSecret: 'least',
    oauth: { tokenUrl: 'https://id.example.com', clientId: 'least', secret: 'least' },
  },
  provider: {
    kind: 'pci-pal',
    baseUrl: 'https://provider.example.com',
    tenantId: 1,
    tenantName: 'least',
    username: 'least',
    clientId: 'least',
    clientSecret: 'least',
    flowId: {},
    initialValues: { Amount: '{{Amount}}' },
    callback: { amounts: 'minor' },
  },
}

/**
 * Every member of an account configuration, for a table in Markdown: its path, what it takes, what it is when it is left out,
 * and what it means. All of it comes from the schema that configurations are read by.
 */
export const configurationReference = (): readonly Row[] =>
  rowsOf('', configurationSchema as unknown as Schema, withDefaults(least))

type Row = readonly [path: string, takes: string, usual: string, meaning: string]

function rowsOf(path: string, { properties = {}, required = [] }: Schema, usual: unknown): readonly Row[] {
  return Object.entries(properties).flatMap(([name, schema]): readonly Row[] => {
    const at = path === '' ? name : `${path}.${name}`
    const value = memberOf(usual, name)
    const isRequired = required.includes(name)
    const row: Row = [
      `\`${at}\``,
      takes(schema, unitOf(name)),
      isRequired ? 'required' : shown(schema, value),
      schema.description ?? '',
    ]
    return schema.properties && !isText(schema) ? [row, ...rowsOf(at, schema, value)] : [row]
  })
}

/** Texts by language and key are one row: which keys there are is a list of its own. */
const isText = ({ properties = {} }: Schema): boolean => 'en' in properties

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined

function unitOf(name: string): string {
  if (name.endsWith('Milliseconds')) return ' ms'
  return name.endsWith('Seconds') ? ' s' : ''
}

function takes(schema: Schema, unit: string): string {
  if (schema.enum) return schema.enum.map((each) => `\`${each}\``).join(', ')
  if (schema.anyOf) return schema.anyOf.map((each) => takes(each, unit)).join(' or ')
  if (schema.type === 'integer') return `integer, ${span(schema)}${unit}`
  if (schema.type === 'boolean') return '`true`, `false`'
  if (schema.type === 'string') return `string${upTo(schema.maxLength, 'characters')}`
  if (isText(schema)) return textsOf(schema)
  if (schema.type === 'array') return `list${upTo(schema.maxItems, 'entries')}`
  return schema.patternProperties ? `object of strings${upTo(schema.maxProperties, 'members')}` : 'object'
}

const upTo = (most: number | undefined, what: string): string =>
  most === undefined ? '' : `, up to ${most} ${what}`

function span({ minimum, maximum }: Schema): string {
  if (maximum === undefined || maximum >= 2 ** 31 - 1) return `${minimum} or more`
  return `${minimum} to ${maximum}`
}

/** By language, then by key. */
function textsOf({ properties = {} }: Schema): string {
  const keys = Object.keys(Object.values(properties)[0]?.properties ?? {})
  const quoted = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ')
  return `object of ${quoted(Object.keys(properties))}, each with strings for any of ${quoted(keys)}`
}

function shown({ properties }: Schema, usual: unknown): string {
  if (usual === undefined || properties) return 'none'
  return `\`${typeof usual === 'string' ? usual : JSON.stringify(usual)}\``
}
