import { isDeepStrictEqual } from 'node:util'

/** The names of the members that differ, and no value of any. */
export function changedMembers(before: object, after: object): readonly string[] {
  const [old, next] = [Object(before), Object(after)] as Record<string, unknown>[]
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].filter((name) => !isDeepStrictEqual(old?.[name], next?.[name])).sort()
}
