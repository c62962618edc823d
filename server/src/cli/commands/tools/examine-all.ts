import { toolCommand } from '../../command.ts'

export const examineAll = toolCommand({
  name: 'doctor',
  summary: 'Look at everything that payments need, from the configuration to the proxy; nothing is changed',
  options: {},
  async run({ examine, region }) {
    const { data, points } = await examine(region)
    return {
      kind: 'checked',
      data,
      points: points.map((point) => ({ ...point })),
      isInOrder: points.every(({ state }) => state !== 'wrong'),
    }
  },
})
