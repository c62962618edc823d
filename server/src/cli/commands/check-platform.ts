import { command } from '../command.ts'
import { Refused } from '../refused.ts'
import { account, argument, platformNamed } from './platforms.ts'

export const checkPlatform = command({
  name: 'platform check',
  summary: 'Check whether the rtpengines of a platform can be reached, without touching a call',
  argument,
  options: { account },
  async run(context, given, typed) {
    const { guid, name, kind } = await platformNamed(context, given.account, typed)
    if (kind !== 'rtpengine') {
      throw new Refused(
        `${name} is not of kind rtpengine. It is told what to do by commands: if it does not confirm one, the server’s log says why.`,
      )
    }
    const { engines = [], prompts } = (await context.platforms.settingsOf(guid)) ?? {}
    const checked = await Promise.all(
      engines.map(async (url) => {
        const points = await context.platforms.checkEngine(url, { prompts: prompts !== undefined })
        return points.map((point) => ({ engine: engineOf(url), ...point }))
      }),
    )
    const points = checked.flat()
    return {
      kind: 'checked',
      data: { platform: name, engines: engines.length },
      points: points.map(({ engine, what, state, detail }) => ({
        engine,
        what,
        state: stateWords[state],
        detail,
      })),
      isInOrder: points.every(({ state }) => state !== 'wrong'),
    }
  },
})

const stateWords = { 'in-order': 'in order', wrong: 'wrong', unknown: 'to be confirmed' } as const

/** As it is named in the log. */
const engineOf = (url: string): string => URL.parse(url)?.host ?? url
