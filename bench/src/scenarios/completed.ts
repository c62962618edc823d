import { type Scenario, withServers } from '../bench.ts'
import { type Completions, startCompleter } from '../load/completing.ts'
import { median } from '../measure.ts'
import type { LoopDelay } from '../probe.ts'
import { count, decimal, percent } from '../report.ts'
import { requestToken, sessionBody, startTonegate, wholeCard } from '../tonegate.ts'

/** How many payments are under way at a time: a server with room, and one that is full. */
const parallels = [64, 512] as const

interface Round {
  readonly completions: Completions
  readonly loopDelay: LoopDelay
}

/** Payments from the call to the result, as many as there can be. */
export const completed: Scenario = ({ plan, newFolder }) =>
  withServers(async (keep) => {
    const tonegate = keep(await startTonegate({ data: newFolder('completed') }))
    const { server, origin, apiUrl } = tonegate
    const { skipCallTransfer: _, ...session } = sessionBody(0)
    const payments = {
      port: server.port,
      origin,
      apiUrl,
      session,
      keys: wholeCard(new Date().getFullYear()),
      token: await requestToken(tonegate),
    }
    const completer = startCompleter()
    const rounds = parallels.map((): Round[] => [])
    try {
      for (const parallel of parallels) {
        await completer.complete({ ...payments, parallel, milliseconds: plan.warmUpMilliseconds })
      }
      for (let round = 0; round < plan.rounds; round += 1) {
        for (const [index, parallel] of parallels.entries()) {
          await server.watchLoop()
          const { milliseconds } = plan
          const completions = await completer.complete({ ...payments, parallel, milliseconds })
          rounds[index]?.push({ completions, loopDelay: await server.loopDelay() })
        }
      }
    } finally {
      await completer.stop()
    }
    return [
      {
        title: 'Sessions completed a second',
        about:
          'Call opened, session created, all keys of a card and the confirmation pressed, the result read until it is `Finished`, call hung up; the token is the same for all. The gateway of the sandbox takes 200 ms to answer, and the result is asked for every 50 ms from then on. Milliseconds from the opening of the call to the result; medians of the rounds.',
        head: [
          'Under way at a time',
          'sessions/s',
          'each round',
          'p50 ms',
          'p99 ms',
          'server’s CPU',
          'CPU ms a session',
          'event loop p99 ms',
          'client busy',
        ],
        rows: parallels.map((parallel, index) => row(parallel, rounds[index] ?? [])),
        targets: [],
      },
    ]
  })

function row(parallel: number, rounds: readonly Round[]): readonly string[] {
  const middle = (figure: (round: Round) => number) => median(rounds.map(figure))
  const perSecond = ({ completions }: Round) => (completions.sessions * 1000) / completions.milliseconds
  return [
    count(parallel),
    count(middle(perSecond)),
    rounds.map(perSecond).map(count).join(' '),
    decimal(middle(({ completions }) => completions.p50)),
    decimal(middle(({ completions }) => completions.p99)),
    percent(middle(({ loopDelay }) => loopDelay.cores)),
    decimal(middle((round) => (round.loopDelay.cores * 1000) / perSecond(round))),
    decimal(middle(({ loopDelay }) => loopDelay.p99)),
    percent(Math.max(...rounds.map(({ completions }) => completions.busy))),
  ]
}
