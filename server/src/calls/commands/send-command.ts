import type { Guid } from '../../base/guid.ts'
import { LineFault } from '../line-control.ts'
import { askNode, askOthers } from '../peers/call-peers.ts'
import { type Command, confirmationMilliseconds } from './command.ts'
import type { SentCommand } from './kept-commands.ts'
import type { StreamsContext } from './platform-streams.ts'

/** Sends a command to whoever reads it, at whichever node, and waits for its confirmation. */
export function createSendCommand({ store: { nodeId }, clock, peers, here }: StreamsContext) {
  async function deliverElsewhere(platformGuid: Guid, sent: SentCommand): Promise<boolean> {
    const asked = { path: '/calls/commands/deliver', body: { platformGuid, ...sent } }
    const answers = await askOthers<{ readonly readers: number }>({ peers, clock }, asked)
    const isRead = answers.some(({ readers }) => readers > 0)
    if (isRead) here.of(platformGuid).kept.wasSent(sent.command.commandId)
    return isRead
  }

  /** Resolves when it is confirmed. @throws {LineFault} when nobody reads, or it is not confirmed in time. */
  return (platformGuid: Guid, command: Command): Promise<void> => {
    const { waiting } = here.of(platformGuid)
    const { commandId, type } = command
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const confirmed = () => settle(resolve)
    const settle = (end: () => void) => {
      if (waiting.get(commandId) !== confirmed) return
      waiting.delete(commandId)
      late()
      end()
    }
    const refuse = (why: string) => settle(() => reject(new LineFault(why)))
    const late = clock.after(confirmationMilliseconds, () =>
      refuse(`The platform did not confirm ${type} within two seconds.`),
    )
    waiting.set(commandId, confirmed)
    const sent = { command, from: nodeId }
    const { readers } = here.deliver(platformGuid, sent)
    void deliverElsewhere(platformGuid, sent).then((isRead) => {
      if (readers > 0 || isRead) return
      refuse(`The platform does not read its commands, so ${type} was not sent.`)
    })
    return promise
  }
}

/** Tells the node that waits for a command that it was confirmed; others are asked where it is not known here. */
export function createConfirmCommand({ store: { nodeId }, clock, peers, here }: StreamsContext) {
  /** Harmless when it was confirmed before, or too late. @returns whether the platform was sent such a command. */
  return async (platformGuid: Guid, commandId: Guid): Promise<boolean> => {
    const sent = here.of(platformGuid).kept.get(commandId)
    const asked = { path: '/calls/commands/confirm', body: { platformGuid, commandId } }
    if (sent && sent.from !== nodeId) await askNode({ peers, clock }, sent.from, asked)
    if (here.confirm(platformGuid, commandId).known) return true
    const answers = await askOthers<{ readonly known: boolean }>({ peers, clock }, asked)
    return answers.some(({ known }) => known)
  }
}
