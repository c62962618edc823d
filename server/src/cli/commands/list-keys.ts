import { command } from '../command.ts'

export const listKeys = command({
  name: 'keys list',
  summary: 'List the signing keys of the region',
  options: {},
  async run({ keys, now }) {
    const stored = await keys.list()
    const rows = stored.map((key) => ({
      kid: key.kid,
      algorithm: key.algorithm,
      state: stateOf(key, stored, now()),
      signsFrom: time(key.signs_from),
      removedFrom: key.removed_from === null ? null : time(key.removed_from),
    }))
    return { kind: 'listed', rows, none: 'No keys yet: the server creates them at its first start.' }
  },
})

interface Key {
  readonly kid: string
  readonly algorithm: string
  readonly signs_from: number
  readonly removed_from: number | null
}

/**
 * @param all the newest first: of an algorithm's keys the first whose time has come signs, unless the newest has an end,
 *   which it has where nothing is signed with the algorithm any more.
 */
function stateOf(
  { kid, algorithm, signs_from, removed_from }: Key,
  all: readonly Key[],
  now: number,
): string {
  if (signs_from > now) return 'will sign'
  if (removed_from !== null && removed_from <= now) return 'gone'
  const ofAlgorithm = all.filter((each) => each.algorithm === algorithm)
  const signing = ofAlgorithm.some((each) => each.removed_from === null)
    ? ofAlgorithm.find((each) => each.signs_from <= now)
    : undefined
  return signing?.kid === kid ? 'signs' : 'accepted'
}

const time = (milliseconds: number): string => new Date(milliseconds).toISOString()
