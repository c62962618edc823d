import { invalidMembers } from './wrong-members.ts'

/**
 * Reads the known members of a JSON body under the contract's spelling; others are ignored. A production client sends
 * `agentID`, so that names are matched without regard to case.
 */
export function createMembersByName<Name extends string>(names: readonly Name[]) {
  const nameOf: ReadonlyMap<string, Name> = new Map(
    names.flatMap((name) => [
      [name, name],
      [name.toLowerCase(), name],
    ]),
  )
  /** @throws {Problem} `invalid-request` when it is no JSON object, or has a member in two spellings. */
  return (body: unknown): Partial<Record<Name, unknown>> => {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      throw invalidMembers([{ path: '/', message: 'must be a JSON object' }])
    }
    const members: Partial<Record<Name, unknown>> = {}
    for (const [spelling, value] of Object.entries(body)) {
      const name = nameOf.get(spelling) ?? nameOf.get(spelling.toLowerCase())
      if (!name) continue
      if (name in members)
        throw invalidMembers([{ path: `/${name}`, message: 'was sent twice, in two spellings' }])
      members[name] = value
    }
    return members
  }
}
