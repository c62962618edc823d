import type { Clock } from './clock.ts'
import type { NewGuid } from './guid.ts'
import type { Log } from './log.ts'
import type { Random } from './random.ts'
import type { Region } from './region.ts'
import type { Sealer } from './seal.ts'
import type { Tracer } from './tracing/span.ts'

/**
 * What nearly everything in a region is made of. Who needs some of it takes a `Pick` of it; who makes others of it takes
 * it whole and hands it on: `createSessions({ ...parts, provider })`.
 */
export interface Parts {
  readonly region: Region
  /** Seals what is kept, under the region's key. */
  readonly sealer: Sealer
  readonly clock: Clock
  readonly random: Random
  readonly newGuid: NewGuid
  readonly log: Log
  /** Begins traces; absent where nothing is traced. What is part of a trace needs none: see `inSpan`. */
  readonly tracer?: Tracer
}
