import type { SimulatorPageData } from '@tonegate/protocol/simulator-page-data'
import type { TimelyFetch } from '../../timely-fetch.ts'
import type { Program } from '../program.ts'
import type { Telephone, Tone } from '../telephone.ts'
import type { SimulationState } from './simulation-state.ts'

/** What all who play in the simulation share. */
export interface Scene {
  readonly data: SimulatorPageData
  readonly fetch: TimelyFetch
  readonly wait: (milliseconds: number) => Promise<void>
  readonly now: () => number
  readonly sound: (key: Tone) => void
  readonly telephone: Telephone
  readonly program: Program
  readonly state: () => SimulationState
  readonly update: (change: Partial<SimulationState>) => void
  /** False when another scenario has begun meanwhile, or this one was stopped. */
  readonly isPlayed: (take: number) => boolean
}

export const pollMilliseconds = (keyGap: number): number => Math.min(1000, Math.max(100, keyGap * 5))

/** Ends a take that is not played any more. */
export const overtaken = new Error('The scenario was stopped.')
export const onAnotherCall = new Error('The agent is on another call.')
