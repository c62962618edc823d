import type { Tone } from '@tonegate/protocol/telephone'

/** What an engine tells of a key, when it has come up. */
export interface KeyReport {
  readonly callId: string
  /** Whose key it is. */
  readonly tag: string
  readonly tone: Tone
  /** How long it was down, in milliseconds. */
  readonly duration: number
}

/** By the event's number (RFC 4733 §3.2). */
const tones: readonly Tone[] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#']

/**
 * Reads what an engine tells of a key, by NG or in its log; `undefined` for anything else, also for the letters that
 * some telephones have. The engine's own time is in whole seconds and by another clock: it is not read.
 */
export function readKeyReport(told: unknown): KeyReport | undefined {
  if (typeof told !== 'object' || told === null) return undefined
  const { type, callid, source_tag, event, duration } = told as Readonly<Record<string, unknown>>
  const tone = typeof event === 'number' ? tones[event] : undefined
  if (type !== 'DTMF' || typeof callid !== 'string' || typeof source_tag !== 'string') return undefined
  if (tone === undefined || typeof duration !== 'number' || !(duration >= 0)) return undefined
  return { callId: callid, tag: source_tag, tone, duration }
}
