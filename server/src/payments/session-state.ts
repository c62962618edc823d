import type { End } from '@tonegate/protocol/outcome'

/**
 * The states of a payment session and where each may lead (contract/payment-api §4). A terminal state leads
 * nowhere. `Finished` means that the flow ran to its end, which is not the same as paid.
 */
const transitions = {
  Created: ['InProgress', 'Finished', 'Error', 'TimeOut', 'ExpiredOnProviderSide', 'Cancelled'],
  InProgress: ['Finished', 'Error', 'TimeOut', 'ExpiredOnProviderSide', 'Cancelled'],
  Finished: [],
  Error: [],
  TimeOut: [],
  ExpiredOnProviderSide: [],
  Cancelled: [],
} as const satisfies Record<string, readonly string[]>

export type SessionState = keyof typeof transitions

export type OpenState = 'Created' | 'InProgress'

export type TerminalState = Exclude<SessionState, OpenState>

export const sessionStates = Object.keys(transitions) as readonly SessionState[]

/** Whether a session may go from one state to another. */
export function mayBecome(from: SessionState, to: SessionState): boolean {
  const next: readonly SessionState[] = transitions[from]
  return next.includes(to)
}

export function isOpen(state: SessionState): state is OpenState {
  return transitions[state].length > 0
}

/** The state that a session ends in, by how its card entry ended. */
export const stateAfter = {
  success: 'Finished',
  'payment-connector-error': 'Error',
  'internal-error': 'Error',
  'too-many-failed-attempts': 'Error',
  timeout: 'TimeOut',
  expired: 'ExpiredOnProviderSide',
  cancelled: 'Cancelled',
} as const satisfies Record<End, TerminalState>
