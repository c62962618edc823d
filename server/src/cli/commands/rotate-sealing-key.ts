import { command } from '../command.ts'
import { Refused } from '../refused.ts'

export const rotateSealingKey = command({
  name: 'sealing-key rotate',
  summary: 'Re-seal the region’s database with the first sealing key; the server may be running',
  options: {},
  async run({ sealing }) {
    const { columns, lastLinkEndsAt } = await sealing.rotate()
    const unopened = columns.filter((column) => column.unopened > 0)
    if (unopened.length > 0) {
      const lines = unopened.map(({ what, unopened: count }) => `  ${what}: ${count}`)
      throw new Refused(
        `These are sealed with a key that is not listed, and were left as they are:\n${lines.join('\n')}`,
      )
    }
    const changed = columns.filter(({ resealed }) => resealed > 0)
    const counts = changed.map(({ what, resealed }) => `  ${what}: ${resealed}`)
    const done =
      changed.length === 0
        ? 'Everything was already sealed with the first key.'
        : `Sealed with the first key:\n${counts.join('\n')}`
    const ends = lastLinkEndsAt === null ? null : new Date(lastLinkEndsAt).toISOString()
    const next =
      ends === null
        ? 'The other keys can be removed from the list.'
        : `Keep the other keys listed until ${ends}: customers may still have links that were created with them.`
    return {
      kind: 'done',
      text: `${done}\n${next}`,
      data: {
        resealed: Object.fromEntries(columns.map(({ what, resealed }) => [what, resealed])),
        linksEnd: ends,
      },
    }
  },
})
