import type { Command } from './command.ts'

/** Somebody who reads a platform's commands. */
export interface CommandReader {
  send(command: Command): void
}

export interface ReaderCount {
  readonly reading: number
  /** They are asking what others know; of two that join at two nodes at once, one has to count as the first. */
  readonly joining: number
}

/** Who reads one platform's commands here. */
export function createReaders() {
  const readers = new Map<CommandReader, 'reading' | 'joining'>()

  return {
    /** With those that are joining, which are sent everything from then on. */
    get size(): number {
      return readers.size
    },
    count(): ReaderCount {
      const states = [...readers.values()]
      const reading = states.filter((state) => state === 'reading').length
      return { reading, joining: states.length - reading }
    },
    send(command: Command): void {
      for (const reader of readers.keys()) reader.send(command)
    },
    /** A reader that can be sent nothing yet: what comes meanwhile waits. */
    join() {
      const waiting: Command[] = []
      let to: CommandReader = { send: (command) => void waiting.push(command) }
      const joined: CommandReader = { send: (command) => to.send(command) }
      const before = readers.size
      readers.set(joined, 'joining')
      return {
        before,
        /** @param missed what it is sent first, and what waits with it; else that alone. */
        start(reader: CommandReader, missed: readonly Command[] = waiting): void {
          for (const command of missed) reader.send(command)
          to = reader
          readers.set(joined, 'reading')
        },
        stop: (): void => void readers.delete(joined),
      }
    },
  }
}
