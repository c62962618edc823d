import type { Readable } from 'node:stream'
import type { Clock, Stop } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import type { Log } from '../../base/log.ts'
import type { Command } from '../../calls/commands/command.ts'
import type { CallsClient } from './calls-client.ts'

/** After so long it is tried again. */
const pauseMilliseconds = 1_000

/** Reads the commands of a platform until it is closed, and goes on where it was cut off. */
export interface FollowedCommands {
  /** Resolves when they are read, or it was refused; it is tried again then. To be called once. */
  connect(): Promise<void>
  close(): void
}

/** @param carryOut does what a command says; it is confirmed then. */
export function followCommands({
  client,
  clock,
  log,
  carryOut,
}: {
  readonly client: Pick<CallsClient, 'readCommands' | 'confirm'>
  readonly clock: Clock
  readonly log: Log
  readonly carryOut: (command: Command) => void
}): FollowedCommands {
  let isClosed = false
  let last: Guid | undefined
  let stream: Readable | undefined
  let stopPause: Stop = () => {}

  function take(command: Command): void {
    last = command.commandId
    carryOut(command)
    client.confirm(command.commandId).catch(failed)
  }

  async function connect(): Promise<void> {
    try {
      stream = await client.readCommands(last)
      stream.on('data', createReadEvents(take)).once('error', failed).once('close', tryAgain)
    } catch (error) {
      failed(error)
      tryAgain()
    }
  }

  function tryAgain(): void {
    if (!isClosed) stopPause = clock.after(pauseMilliseconds, () => void connect())
  }

  function failed(error: unknown): void {
    if (!isClosed) log.error({ err: error }, 'the sandbox’s phone is not told what to do; it asks again')
  }

  return {
    connect,
    close() {
      isClosed = true
      stopPause()
      stream?.destroy()
    },
  }
}

/** Takes commands out of server-sent events, which may come in pieces. */
function createReadEvents(take: (command: Command) => void) {
  const decoder = new TextDecoder()
  let text = ''
  return (piece: Uint8Array): void => {
    text += decoder.decode(piece, { stream: true })
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1]
      text = text.slice(end + 2)
      if (data !== undefined) take(JSON.parse(data))
    }
  }
}
