import type { Language } from '@tonegate/protocol/languages'
import type { Guid } from '../../base/guid.ts'

export const commandTypes = [
  'call.secure',
  'call.release',
  'call.say',
  'recording.pause',
  'recording.resume',
] as const

export type CommandType = (typeof commandTypes)[number]

/** A command to a platform, as it is sent (contract/calls §4). */
export interface Command {
  readonly type: CommandType
  /** The same when it is sent again. */
  readonly commandId: Guid
  readonly callGuid: Guid
  /** What the platform itself calls the call; absent where it has no name of its own. */
  readonly reference?: string
  readonly sessionGuid: Guid
  /** An ISO time. Of two commands for a call, the one that was sent later counts. */
  readonly sentOn: string
  /** `call.say`: what the caller hears, and the name of that. */
  readonly text?: string
  readonly language?: Language
  readonly key?: string
}

/** Within so long a command has to be confirmed. */
export const confirmationMilliseconds = 2_000
