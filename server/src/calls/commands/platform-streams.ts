import type { Guid } from '../../base/guid.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { CallPeers } from '../peers/call-peers.ts'
import { createKeptCommands, type KeptCommand, type SentCommand } from './kept-commands.ts'
import { createReaders, type ReaderCount } from './readers.ts'

/** What the operations on platforms' commands share. */
export interface StreamsContext extends Pick<StoreParts, 'store' | 'clock'> {
  readonly peers: CallPeers
  readonly here: PlatformStreams
}

interface PlatformStream {
  readonly readers: ReturnType<typeof createReaders>
  readonly kept: ReturnType<typeof createKeptCommands>
  /** The commands that are waited for here. */
  readonly waiting: Map<Guid, () => void>
}

/** What a node knows of a platform's commands. */
export interface Known extends ReaderCount {
  readonly kept: readonly KeptCommand[]
}

export type PlatformStreams = ReturnType<typeof createPlatformStreams>

/** The commands of each platform at this node: who reads them, which were sent, and which are waited for. */
export function createPlatformStreams() {
  const streams = new Map<Guid, PlatformStream>()

  function of(platformGuid: Guid): PlatformStream {
    const known = streams.get(platformGuid)
    if (known) return known
    const made: PlatformStream = { readers: createReaders(), kept: createKeptCommands(), waiting: new Map() }
    streams.set(platformGuid, made)
    return made
  }

  return {
    of,
    /** @returns how many readers there are. */
    deliver(platformGuid: Guid, sent: SentCommand): { readonly readers: number } {
      const { readers, kept } = of(platformGuid)
      kept.keep({ ...sent, is: readers.size > 0 ? 'sent' : 'place' })
      readers.send(sent.command)
      return { readers: readers.size }
    },
    /** What is waited for is confirmed. */
    confirm(platformGuid: Guid, commandId: Guid): { readonly known: boolean } {
      const { kept, waiting } = of(platformGuid)
      const confirmed = waiting.get(commandId)
      confirmed?.()
      return { known: confirmed !== undefined || kept.get(commandId) !== undefined }
    },
    /** @param last of whoever asks; the commands are of use only to one who has had one. */
    known(platformGuid: Guid, last: Guid | null): Known {
      const { readers, kept } = of(platformGuid)
      return { ...readers.count(), kept: last === null ? [] : kept.all() }
    },
  }
}
