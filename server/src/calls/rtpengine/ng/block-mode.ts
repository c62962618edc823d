/** Nothing of the caller's keys is passed on: for keys that come as events (RFC 4733) and in no other way. */
interface Drop {
  readonly flags: readonly ['directional']
  readonly 'DTMF-security'?: never
  readonly 'delay-buffer'?: never
}

/** The audio is muted too where a key is: for phones that send each key as event and as tone. */
interface Strict {
  readonly flags: readonly ['directional']
  readonly 'DTMF-security': 'silence'
  readonly 'delay-buffer': 100
}

/** As strictly, and the keys are found in the audio: for keys that come as tones and in no other way. */
interface InBand extends Omit<Strict, 'flags'> {
  readonly flags: readonly ['directional', 'detect-DTMF']
}

/**
 * The ways in which an engine may be asked to block keys (contract/calls §6.1), and there is no other: without a delay
 * buffer the security modes play the digits to the agent as tones, and some of the rest end the engine's process.
 */
export type BlockMode = Drop | Strict | InBand

const drop: BlockMode = { flags: ['directional'] }
const strict: BlockMode = { flags: ['directional'], 'DTMF-security': 'silence', 'delay-buffer': 100 }
const inBand: BlockMode = {
  flags: ['directional', 'detect-DTMF'],
  'DTMF-security': 'silence',
  'delay-buffer': 100,
}

/**
 * @param line its last mode: one whose audio is delayed stays so until it is unblocked, which alone empties the buffer.
 */
export function blockModeOf(
  { telephoneEvent }: { readonly telephoneEvent: boolean },
  { strict: isStrict }: { readonly strict: boolean },
  line: { readonly mode: BlockMode | null },
): BlockMode {
  if (!telephoneEvent) return inBand
  return isStrict || line.mode?.['delay-buffer'] ? strict : drop
}

/** How keys are unblocked: the buffer is emptied with it each time, or the engine's process can end. */
export const unblockMode = { flags: ['directional'], 'delay-buffer': 0 } as const
