import { isDeepStrictEqual } from 'node:util'

/**
 * The schemas of a description that have a name: their `title`.
 *
 * @throws {Error} when two different schemas have the same name.
 */
export function createNamedSchemas() {
  const known = new Map<string, object>()

  function refer(schema: object): unknown {
    const plain = JSON.parse(JSON.stringify(schema)) as object
    return referIn(plain)
  }

  function referIn(schema: unknown): unknown {
    if (Array.isArray(schema)) return schema.map(referIn)
    if (typeof schema !== 'object' || schema === null) return schema
    const { title } = schema as { readonly title?: unknown }
    if (typeof title !== 'string') return membersOf(schema)
    const { title: _, ...rest } = schema as { readonly title: string }
    remember(title, membersOf(rest))
    return { $ref: `#/components/schemas/${title}` }
  }

  /** Examples and defaults hold values, in which a `title` is no name. */
  const membersOf = (schema: object): object =>
    Object.fromEntries(
      Object.entries(schema).map(([name, member]) => [
        name,
        values.has(name) ? member : name === 'properties' ? propertiesOf(member) : referIn(member),
      ]),
    )

  const propertiesOf = (members: object): object =>
    Object.fromEntries(Object.entries(members).map(([name, member]) => [name, referIn(member)]))

  function remember(name: string, schema: object): void {
    const before = known.get(name)
    if (before && !isDeepStrictEqual(before, schema)) throw new Error(`Two schemas are named ${name}.`)
    known.set(name, schema)
  }

  return {
    /** The same schema, with a reference in place of whatever has a name. */
    refer,
    /** By name, in the order of the alphabet. */
    all: (): object => Object.fromEntries([...known].sort(([one], [other]) => (one < other ? -1 : 1))),
  }
}

const values: ReadonlySet<string> = new Set(['default', 'enum', 'const', 'example', 'examples', 'required'])
