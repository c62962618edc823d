import type { Clock } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import { LineFault } from '../line-control.ts'
import { type Command, confirmationMilliseconds } from './command.ts'

/** Somebody who reads a platform's commands. */
export interface CommandReader {
  send(command: Command): void
}

export type CommandStreams = ReturnType<typeof createCommandStreams>

/** So many commands of a platform are kept, for a reader that was cut off; and so many confirmations are known again. */
const maxKept = 256

interface Platform {
  readonly readers: Set<CommandReader>
  /** The latest, in the order in which they were sent. */
  readonly sent: Map<Guid, Command>
  readonly waiting: Map<Guid, () => void>
}

/** Commands to platforms that nobody can reach: they read them, and confirm each (contract/calls §4). */
export function createCommandStreams({ clock }: { readonly clock: Clock }) {
  const platforms = new Map<Guid, Platform>()

  function platformOf(guid: Guid): Platform {
    const known = platforms.get(guid)
    if (known) return known
    const made: Platform = { readers: new Set(), sent: new Map(), waiting: new Map() }
    platforms.set(guid, made)
    return made
  }

  function keep(sent: Map<Guid, Command>, command: Command): void {
    sent.delete(command.commandId)
    sent.set(command.commandId, command)
    const [oldest] = sent.keys()
    if (sent.size > maxKept && oldest) sent.delete(oldest)
  }

  return {
    /** Resolves when it is confirmed. @throws {LineFault} when nobody reads, or it is not confirmed in time. */
    send(platformGuid: Guid, command: Command): Promise<void> {
      const { readers, sent, waiting } = platformOf(platformGuid)
      if (readers.size === 0) {
        return Promise.reject(
          new LineFault(`The platform does not read its commands, so ${command.type} was not sent.`),
        )
      }
      keep(sent, command)
      for (const reader of readers) reader.send(command)
      return new Promise((resolve, reject) => {
        const late = clock.after(confirmationMilliseconds, () => {
          waiting.delete(command.commandId)
          reject(new LineFault(`The platform did not confirm ${command.type} within two seconds.`))
        })
        waiting.set(command.commandId, () => {
          waiting.delete(command.commandId)
          late()
          resolve()
        })
      })
    },

    /** Harmless when it was confirmed before, or too late. @returns whether the platform was sent such a command. */
    confirm(platformGuid: Guid, commandId: Guid): boolean {
      const { sent, waiting } = platformOf(platformGuid)
      const confirmed = waiting.get(commandId)
      confirmed?.()
      return confirmed !== undefined || sent.has(commandId)
    },

    /**
     * Reads from now on, and what came behind `last` before; the latter only where that is known still.
     *
     * @returns how to stop, and whether the reader goes on where one stopped: else it knows of no command before.
     */
    read(platformGuid: Guid, reader: CommandReader, last: Guid | undefined) {
      const { readers, sent } = platformOf(platformGuid)
      const goesOn = last !== undefined && sent.has(last)
      if (goesOn) for (const command of behind(sent, last)) reader.send(command)
      readers.add(reader)
      return { goesOn, stop: () => void readers.delete(reader) }
    },

    readersOf: (platformGuid: Guid): number => platformOf(platformGuid).readers.size,
  }
}

function behind(sent: ReadonlyMap<Guid, Command>, last: Guid): readonly Command[] {
  const ids = [...sent.keys()]
  return [...sent.values()].slice(ids.indexOf(last) + 1)
}
