import type { Guid } from '../../base/guid.ts'
import type { NodeId } from '../../store/nodes/node-id.ts'
import { askNode } from '../peers/call-peers.ts'
import type { Known, StreamsContext } from './platform-streams.ts'
import type { CommandReader } from './readers.ts'

/** Whoever begins to read waits no longer for what other nodes know. */
const lookMilliseconds = 500

/** Begins to read a platform's commands, and goes on where a reader stopped that may have been another node's. */
export function createReadCommands({ store: { nodeId }, clock, peers, here }: StreamsContext) {
  async function knownElsewhere(
    platformGuid: Guid,
    last: Guid | undefined,
  ): Promise<readonly (Known & { readonly node: NodeId })[]> {
    const body = { platformGuid, last: last ?? null }
    const asked = { path: '/calls/commands/known', body, milliseconds: lookMilliseconds }
    const looks = peers.others().map(async (node) => {
      const known = await askNode<Known>({ peers, clock }, node, asked)
      return known ? [{ ...known, node }] : []
    })
    return (await Promise.all(looks)).flat()
  }

  /**
   * Reads from now on, and what came behind `last` before; the latter only where that is known still.
   *
   * @returns how many read beside it; whether it goes on where one stopped: else it knows of no command before; and how to
   *   be sent commands, and to stop.
   */
  return async (platformGuid: Guid, last: Guid | undefined) => {
    const { readers, kept } = here.of(platformGuid)
    const { before, start, stop } = readers.join()
    const elsewhere = await knownElsewhere(platformGuid, last)
    for (const { kept: others } of elsewhere) kept.merge(others)
    const missed = () => (last === undefined ? undefined : kept.behind(last))
    const others = elsewhere.map(({ node, reading, joining }) => reading + (node < nodeId ? joining : 0))
    return {
      others: others.reduce((sum, each) => sum + each, before),
      goesOn: missed() !== undefined,
      start: (reader: CommandReader) => start(reader, missed()),
      stop,
    }
  }
}
