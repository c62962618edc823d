/**
 * Loaded into a server that is measured (`--import`), so that the server itself knows nothing of it. Answers
 * its parent over the channel of `fork`: how late the event loop was, how much memory is in use.
 */
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { setImmediate as turn } from 'node:timers/promises'

export type ProbeQuestion = 'watch-loop' | 'loop-delay' | 'memory'

/** Milliseconds between turns of the event loop, of which the timer that measures them is 1. */
export interface LoopDelay {
  readonly p50: number
  readonly p99: number
  readonly max: number
  /** How many cores the process used meanwhile, all its threads together. */
  readonly cores: number
}

/** Bytes after a garbage collection. */
export interface Memory {
  readonly resident: number
  readonly heapUsed: number
}

const loop = monitorEventLoopDelay({ resolution: 1 })
const milliseconds = (nanoseconds: number) => nanoseconds / 1e6
let watched = { since: performance.now(), cpu: process.cpuUsage() }

const answers: Readonly<Record<ProbeQuestion, () => Promise<unknown>>> = {
  'watch-loop': async () => {
    loop.reset()
    loop.enable()
    watched = { since: performance.now(), cpu: process.cpuUsage() }
  },
  'loop-delay': async (): Promise<LoopDelay> => {
    loop.disable()
    const { user, system } = process.cpuUsage(watched.cpu)
    return {
      p50: milliseconds(loop.percentile(50)),
      p99: milliseconds(loop.percentile(99)),
      max: milliseconds(loop.max),
      cores: (user + system) / 1000 / (performance.now() - watched.since),
    }
  },
  memory: async (): Promise<Memory> => {
    for (let round = 0; round < 3; round += 1) {
      globalThis.gc?.()
      await turn()
    }
    const { rss, heapUsed } = process.memoryUsage()
    return { resident: rss, heapUsed }
  },
}

process.on('message', async (question: ProbeQuestion) => process.send?.((await answers[question]()) ?? null))
process.on('disconnect', () => process.exit())
process.channel?.unref()
