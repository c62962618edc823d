import type { Ends } from '../harness/test-children.ts'
import type { NodesOrder } from '../harness/test-nodes.ts'

/** What a case is run with. */
export interface FaultPlan {
  /** Servers on one database, where it is PostgreSQL. */
  readonly nodes: number
  /** How often a server is killed. */
  readonly kills: number
  /** Writes a line for whoever waits. */
  readonly say: (line: string) => void
}

/** What a case has shown. */
export interface Outcome {
  /** What was done, in figures. */
  readonly done: string
  /** Everything that is not as it was promised, one sentence each. */
  readonly faults: readonly string[]
  /** Why it could not be run here. */
  readonly skipped?: string
}

/** Something that goes wrong, and what is promised for it. */
export interface FaultCase {
  readonly name: string
  readonly engine: 'PostgreSQL' | 'SQLite'
  readonly promise: string
  /** It is about what one node does while another one is there. */
  readonly spansNodes?: boolean
  run(t: Ends, plan: FaultPlan): Promise<Outcome>
}

/** Where a case's servers work. */
export const placeOf = (engine: FaultCase['engine']): NodesOrder =>
  engine === 'SQLite' ? { embedded: true } : {}
