import type { Guid } from '../../base/guid.ts'

/**
 * How a platform is steered. `http`: it is told by signed POST, or reads a stream; `rtpengine`: Tonegate steers the media
 * itself.
 */
export const platformKinds = ['http', 'rtpengine'] as const

export type PlatformKind = (typeof platformKinds)[number]

/** A telephone platform of one account: it tells which agent is on which call (contract/calls §1). */
export interface Platform {
  readonly guid: Guid
  readonly accountId: number
  readonly name: string
  readonly kind: PlatformKind
  readonly disabled: boolean
  /** Milliseconds since the epoch. */
  readonly createdAt: number
}

/** How a platform is steered; sealed on disk. */
export interface PlatformSettings {
  /** Absent where it reads a stream. */
  readonly controlUrl?: string
  /** Whether the control URL may be on a private network, or this machine. */
  readonly privateAddresses: 'refused' | 'allowed'
  /** Signs commands: `whsec_…`. */
  readonly signingSecret: string
  /** Where its engines are, of kind `rtpengine`. */
  readonly engines?: readonly string[]
  /** Whether tones are taken out of the audio too where the caller's keys come as events (contract/calls §6). */
  readonly strict?: boolean
  /** The folder on the engines' machines with `<language>/<key>.wav`; absent where callers hear no prompts. */
  readonly prompts?: string
}
