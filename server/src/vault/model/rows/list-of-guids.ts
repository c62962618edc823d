import type { Guid } from '../../../base/guid.ts'

/** So many are in a list at most. */
export const maxListed = 200

/** A list as parameters of a statement, which has always as many. */
export type ListOfGuids = Readonly<Record<`guid${number}`, Guid>>

const names = Array.from({ length: maxListed }, (_, at) => `guid${at}` as const)

/** @param guids at least one, and {@link maxListed} at most; the places that are left have the last of them again. */
export function listOfGuids(guids: readonly Guid[]): ListOfGuids {
  const list: Record<`guid${number}`, Guid> = {}
  for (const [at, name] of names.entries()) list[name] = guids[at] ?? (guids.at(-1) as Guid)
  return list
}

/** For the statement itself. */
export const guidsIn = (p: ListOfGuids): Guid[] => names.map((name) => p[name] as Guid)
