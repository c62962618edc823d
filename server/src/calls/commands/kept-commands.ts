import type { Guid } from '../../base/guid.ts'
import type { NodeId } from '../../store/nodes/node-id.ts'
import type { Command } from './command.ts'

/** So many commands of a platform are kept, for a reader that was cut off; and so many confirmations are known again. */
const maxKept = 256

/** A command, and who sent it. */
export interface SentCommand {
  readonly command: Command
  /** The node that waits for its confirmation. */
  readonly from: NodeId
}

/** `place`: nobody was sent it from here. It is known as what a reader of another node may have had last. */
export type KeptCommand = SentCommand & { readonly is: 'sent' | 'place' }

/** The latest commands of one platform, in the order in which they were sent. */
export function createKeptCommands() {
  const kept = new Map<Guid, KeptCommand>()

  function keep(sent: KeptCommand): void {
    const { commandId } = sent.command
    kept.delete(commandId)
    kept.set(commandId, sent)
    const [oldest] = kept.keys()
    if (kept.size > maxKept && oldest) kept.delete(oldest)
  }

  return {
    keep,
    get: (commandId: Guid): KeptCommand | undefined => kept.get(commandId),
    all: (): readonly KeptCommand[] => [...kept.values()],
    /** A reader of another node was sent it. */
    wasSent(commandId: Guid): void {
      const found = kept.get(commandId)
      if (found) kept.set(commandId, { ...found, is: 'sent' })
    },
    /** Takes over what others know, each in its time. */
    merge(others: readonly KeptCommand[]): void {
      for (const each of [...kept.values(), ...others].sort(bySending)) keep(each)
    },
    /** What was sent behind a command; `undefined` where that is not known. */
    behind(last: Guid): readonly Command[] | undefined {
      const place = [...kept.keys()].indexOf(last)
      if (place < 0) return undefined
      return [...kept.values()]
        .slice(place + 1)
        .flatMap(({ command, is }) => (is === 'sent' ? [command] : []))
    },
  }
}

/** ISO times. Of the same, whoever has sent it knows more of it. */
function bySending(one: KeptCommand, other: KeptCommand): number {
  const [first, second] = [one.command.sentOn, other.command.sentOn]
  if (first !== second) return first < second ? -1 : 1
  return Number(one.is === 'sent') - Number(other.is === 'sent')
}
