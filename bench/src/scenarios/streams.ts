import { type Scenario, withServers } from '../bench.ts'
import { floorSessions, openLiveSessions, readState } from '../live-sessions.ts'
import { startWatcher, type Watched } from '../load/watching.ts'
import type { Memory } from '../probe.ts'
import { decimal, maxTarget } from '../report.ts'
import type { ServerProcess } from '../server-process.ts'
import { startBeside } from '../start-beside.ts'
import { requestToken, startTonegate } from '../tonegate.ts'

const sessions = 5_000
/** Opened and closed before anything is counted, so that no code or buffer is new that is counted. */
const warmUpSessions = 500
const maxKibibytes = { heap: 10, resident: 30 } as const

/** What live sessions occupy whose agents have their view open, beside bare event streams. */
export const streams: Scenario = ({ newFolder }) =>
  withServers(async (keep) => {
    const tonegate = keep(await startTonegate({ data: newFolder('streams') }))
    const token = await requestToken(tonegate)
    const warmUp = await openLiveSessions(tonegate, token, warmUpSessions, 'warm-up')
    const [first] = warmUp
    if (!first) throw new Error('No session was opened.')
    const state = await readState(tonegate.server.port, first)
    await withStreams(tonegate.server, warmUp, async () => {})
    const before = await tonegate.server.memory()
    const live = await openLiveSessions(tonegate, token, sessions)
    const opened = await tonegate.server.memory()
    const watched = await withStreams(tonegate.server, live, tonegate.server.memory)

    const floor = keep(await startBeside('./floors/stream-floor.ts', () => ({ state })))
    await withStreams(floor.server, floorSessions(floor.origin, warmUpSessions), async () => {})
    const floorBefore = await floor.server.memory()
    const floorWatched = await withStreams(
      floor.server,
      floorSessions(floor.origin, sessions),
      floor.server.memory,
    )

    const whole = each(before, watched)
    const row = (name: string, { heapUsed, resident }: Memory) => [name, decimal(heapUsed), decimal(resident)]
    return [
      {
        title: 'Memory at 5 000 live sessions with their streams open',
        about:
          'KiB for each, after a garbage collection: sessions opened through the API on live calls, touched once, and then the event stream of each agent view.',
        head: ['KiB each', 'heap', 'resident'],
        rows: [
          row('Tonegate, live session', each(before, opened)),
          row('Tonegate, its stream', each(opened, watched)),
          row('Tonegate, both', whole),
          row('bare node:http stream (floor)', each(floorBefore, floorWatched)),
        ],
        targets: [
          maxTarget('Live session with stream, heap', whole.heapUsed, maxKibibytes.heap, ' KiB'),
          maxTarget('Live session with stream, resident', whole.resident, maxKibibytes.resident, ' KiB'),
        ],
      },
    ]
  })

/** Opens a stream for each session, does something, and closes them. */
async function withStreams<T>(
  { port }: ServerProcess,
  watched: readonly Watched[],
  use: () => Promise<T>,
): Promise<T> {
  const watcher = startWatcher()
  try {
    await watcher.open(port, watched)
    return await use()
  } finally {
    await watcher.stop()
  }
}

/** KiB a session. */
function each(before: Memory, after: Memory): Memory {
  const difference = (what: keyof Memory) => (after[what] - before[what]) / 1024 / sessions
  return { heapUsed: difference('heapUsed'), resident: difference('resident') }
}
