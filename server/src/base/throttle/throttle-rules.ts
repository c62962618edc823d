import { type FailureRule, growingWait, withinWindow } from './failures.ts'

/** When failures close what. */
export interface ThrottleRules {
  /** Of a name from one network. */
  readonly pair: FailureRule
  /** Of a network, whatever the name. */
  readonly address: FailureRule
  /** Of a name, wherever from. */
  readonly name: FailureRule
  /** What a success does to the failures of its pair. */
  readonly success: 'clears' | 'changes nothing'
}

const second = 1000
const minute = 60 * second
const hour = 60 * minute

/**
 * Within a minute ten wrong secrets of one client from one address close that pair; a hundred from one address, or
 * of one client from anywhere, close it.
 */
export const clientRules: ThrottleRules = {
  pair: withinWindow(10, minute),
  address: withinWindow(100, minute),
  name: withinWindow(100, minute),
  success: 'changes nothing',
}

/**
 * People's passwords can be guessed, so the waits grow. A username from one network has five failures free, then
 * waits 1, 2, 4 … seconds, at most 15 minutes, until it has been quiet for a day or has succeeded: some 100 guesses
 * a day. From everywhere together it has 20 free, then waits up to 5 minutes, until it has been quiet for three hours:
 * some 300 a day for however many addresses. A network tries a hundred passwords in ten minutes: many people may
 * come from one.
 */
export const personRules: ThrottleRules = {
  pair: growingWait({ free: 5, first: second, longest: 15 * minute, quiet: 24 * hour }),
  address: withinWindow(100, 10 * minute),
  name: growingWait({ free: 20, first: second, longest: 5 * minute, quiet: 3 * hour }),
  success: 'clears',
}
