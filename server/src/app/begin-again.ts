import type { IncomingMessage } from 'node:http'
import type { Parts } from '../base/parts.ts'
import type { RegionName } from '../base/region.ts'
import { within } from '../base/within.ts'
import type { RequestHandler } from '../http/listen.ts'
import { isMovable } from '../sandbox/time/sandbox-clock.ts'
import type { SandboxTools } from '../sandbox/tools/sandbox-tools.ts'

/** A region that can be closed and opened again. */
interface OpenedRegion {
  readonly handler: RequestHandler
  stopStreams(): Promise<void>
  handOver(): Promise<void>
  close(): Promise<void>
}

/** Whether the keys that sign tokens are kept where a region begins again. */
export type KeysAgain = 'kept' | 'replaced'

/** The regions of a sandbox, which begin again while the server runs. */
export interface Beginnings {
  /** Answers requests for a region; those that come while it begins again wait for that. */
  answering(name: RegionName): RequestHandler
  beginAgain(asking: IncomingMessage): Promise<void>
  /** Resolves when no region is about to begin again. */
  begun(): Promise<void>
  /** Resolves when one could not be opened again: the server is to end. */
  readonly lost: Promise<void>
}

/** So long what is under way has to come to its end by itself. */
const patienceMilliseconds = 500

export function createBeginnings<Region extends OpenedRegion>({
  opened,
  open,
  tools,
  clock,
  log,
}: Pick<Parts, 'clock' | 'log'> & {
  readonly opened: Map<RegionName, Region>
  /** Opens a region in which nothing has happened. */
  readonly open: (name: RegionName, keys: KeysAgain) => Promise<Region>
  readonly tools: ReadonlyMap<RegionName, SandboxTools>
}): Beginnings {
  const underWay = new Set<IncomingMessage>()
  const asking = new WeakSet<IncomingMessage>()
  /** Those that were asked something: in others nothing has happened. */
  const asked = new Set<RegionName>()
  const lost = Promise.withResolvers<void>()
  let beginning: Promise<void> | undefined
  let told = () => {}

  const isIdle = () => [...underWay].every((request) => asking.has(request))
  const idle = () =>
    new Promise<void>((resolve) => {
      told = () => isIdle() && resolve()
      told()
    })

  async function close(names: readonly RegionName[]): Promise<void> {
    const regions = names.flatMap((name) => opened.get(name) ?? [])
    for (const { letGo } of tools.values()) letGo()
    await Promise.all(regions.map((region) => region.stopStreams()))
    await within(idle(), patienceMilliseconds, clock)
    await Promise.all(regions.map((region) => region.handOver()))
    await Promise.all(regions.map((region) => region.close()))
  }

  async function begin(): Promise<void> {
    const keys = isMovable(clock) && clock.ahead() > 0 ? 'replaced' : 'kept'
    const names = [...opened.keys()].filter((name) => keys === 'replaced' || asked.has(name))
    await close(names)
    asked.clear()
    if (isMovable(clock)) await clock.reset()
    for (const { begin } of tools.values()) begin()
    const again = names.map(async (name) => [name, await open(name, keys)] as const)
    for (const [name, region] of await Promise.all(again)) opened.set(name, region)
  }

  function answer(name: RegionName, ...[request, response]: Parameters<RequestHandler>): void {
    // Whoever has left meanwhile waits for no answer.
    if (response.destroyed) return
    asked.add(name)
    underWay.add(request)
    response.once('close', () => {
      underWay.delete(request)
      told()
    })
    opened.get(name)?.handler(request, response)
  }

  return {
    answering: (name) => (request, response) => {
      const now = () => answer(name, request, response)
      // Where it fails, they are answered by what there is.
      if (beginning) void beginning.then(now, now)
      else now()
    },
    async beginAgain(request) {
      asking.add(request)
      told()
      beginning ??= begin().finally(() => {
        beginning = undefined
      })
      try {
        await beginning
      } catch (error) {
        log.fatal({ err: error }, 'the sandbox could not begin again')
        lost.resolve()
        throw error
      } finally {
        asking.delete(request)
      }
    },
    begun: () => beginning?.catch(() => {}) ?? Promise.resolve(),
    lost: lost.promise,
  }
}
