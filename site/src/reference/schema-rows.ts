import { type Document, resolve, type Schema } from './openapi-document.ts'

/** A member of a body, where it is and what it may be, in Markdown. */
interface SchemaRow {
  readonly member: string
  readonly type: string
  readonly meaning: string
}

const maxDepth = 4

/** The members of a body, those of objects within it by their path: `lines[].amount`. */
export function schemaRows(document: Document, schema: Schema, path = '', depth = 0): readonly SchemaRow[] {
  const whole = merged(document, schema)
  if (depth > maxDepth) return []
  if (whole.items) return schemaRows(document, whole.items, `${path}[]`, depth + 1)
  const { properties = {}, required = [] } = whole
  return Object.entries(properties).flatMap(([name, member]) => {
    const place = path === '' ? name : `${path}.${name}`
    const own = merged(document, member)
    return [
      {
        member: `\`${place}\``,
        type: typeOf(document, own),
        meaning: cell([required.includes(name) ? '**Required.**' : '', own.description ?? '', boundsOf(own)]),
      },
      ...schemaRows(document, own, place, depth + 1),
    ]
  })
}

/** A schema with what it refers to and is made of; of alternatives, the first that is not null. */
function merged(document: Document, schema: Schema): Schema {
  const own = resolve<Schema>(document, schema as Schema & { $ref: string })
  const described = schema.description ? { ...own, description: schema.description } : own
  const parts = described.allOf ?? []
  const [first, ...others] = (described.anyOf ?? described.oneOf ?? []).filter(({ type }) => type !== 'null')
  if (parts.length === 0 && (first === undefined || others.length > 0)) return described
  let whole = described
  for (const part of [...parts, ...(first ? [first] : [])]) {
    const other = merged(document, part)
    whole = { ...other, ...whole, properties: { ...other.properties, ...whole.properties } }
  }
  return whole
}

function typeOf(document: Document, schema: Schema): string {
  const alternatives = schema.anyOf ?? schema.oneOf
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(', ')
  if (schema.const !== undefined) return `\`${schema.const}\``
  if (schema.type === undefined && alternatives) {
    return [...new Set(alternatives.map((each) => typeOf(document, merged(document, each))))].join(' or ')
  }
  const isNullable = alternatives?.some(({ type }) => type === 'null')
  const types = [schema.type ?? 'any'].flat().join(' or ')
  const named = schema.format ? `${types} (${schema.format})` : types
  return isNullable ? `${named} or null` : named
}

function boundsOf({ maxLength, minimum, maximum, default: standard }: Schema): string {
  return [
    maxLength === undefined ? '' : `At most ${maxLength} characters.`,
    minimum === undefined ? '' : `At least ${minimum}.`,
    maximum === undefined ? '' : `At most ${maximum}.`,
    standard === undefined ? '' : `Default \`${JSON.stringify(standard)}\`.`,
  ]
    .filter(Boolean)
    .join(' ')
}

/** A text as a cell of a table, in which each paragraph has one line. */
export const cell = (texts: readonly string[]): string =>
  inProse(texts.filter(Boolean).join(' '))
    .replaceAll('|', '\\|')
    .replaceAll(/\n\n+/g, '<br>')
    .replaceAll('\n', ' ')

/** A text of the document as Markdown: what looks like a tag is none. */
export const inProse = (text: string): string =>
  text
    .split(/(`[^`]+`)/)
    .map((part) => (part.startsWith('`') ? part : part.replaceAll('<', '&lt;')))
    .join('')

/** A table in Markdown; nothing without rows. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
  return `${lines.join('\n')}\n`
}
