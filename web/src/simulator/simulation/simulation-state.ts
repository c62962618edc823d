import type { ResultMessage, ViewState } from '@tonegate/client'
import type { Line } from '@tonegate/protocol/scenarios/lines'
import type { ScenarioName } from '@tonegate/protocol/scenarios/scenarios'
import type { SimulatedAgent } from '@tonegate/protocol/simulator-page-data'
import type { Exchange } from '../exchange.ts'
import type { OpenedSession, SessionStatus } from '../program.ts'
import type { PhoneMessage, TelephoneState, Tone } from '../telephone.ts'

/** All that the three columns show. */
export interface SimulationState {
  readonly scenario: ScenarioName | null
  /** `waiting`: the agent is on another call, and another one is offered. */
  readonly playing: 'playing' | 'ended' | 'failed' | 'waiting' | 'nothing'
  readonly agent: SimulatedAgent
  readonly line: Line | null
  readonly call: {
    readonly callGuid: string
    readonly since: number
    readonly telephone: TelephoneState
  } | null
  /** The keys of the caller since something was said last. */
  readonly pressed: string
  /** Changes with each key, so that the same key twice is seen twice. */
  readonly lastKey: { readonly key: Tone; readonly count: number } | null
  readonly session: (OpenedSession & { readonly kind: 'call' | 'digital' }) | null
  /** How often the agent has loaded the view. */
  readonly loads: number
  readonly status: SessionStatus | null
  /** What the desktop was told by the agent view. */
  readonly told: { readonly view: ViewState | null; readonly result: ResultMessage | null }
  readonly message: PhoneMessage | null
  readonly exchanges: readonly Exchange[]
}

/** Before anything is played. */
export const nothing: Omit<SimulationState, 'agent'> = {
  scenario: null,
  playing: 'nothing',
  line: null,
  call: null,
  pressed: '',
  lastKey: null,
  session: null,
  loads: 0,
  status: null,
  told: { view: null, result: null },
  message: null,
  exchanges: [],
}

export const isSessionOpen = ({ session, status }: SimulationState): boolean =>
  session !== null && ['Created', 'InProgress'].includes(status?.sessionState ?? 'Created')

export function requireCall({ call }: SimulationState): string {
  if (!call) throw new Error('Nobody is on the phone.')
  return call.callGuid
}

export function requireSession({ session }: SimulationState): OpenedSession {
  if (!session) throw new Error('No session is open.')
  return session
}

/** `unknown`: the session has ended, and nobody knows yet how. */
export const outcomeOf = (status: SessionStatus | null): string | undefined =>
  status?.paymentResultData?.paymentOutcome

const ends: Readonly<Record<string, Line>> = {
  approved: 'end-approved',
  declined: 'end-declined',
  review: 'end-review',
  cancelled: 'end-cancelled',
  unknown: 'lost',
}

/** What is said when a scenario has been played. */
export function endOf(status: SessionStatus | null): Line {
  if (status?.sessionState === 'TimeOut') return 'end-timeout'
  return ends[outcomeOf(status) ?? ''] ?? 'end-failed'
}
