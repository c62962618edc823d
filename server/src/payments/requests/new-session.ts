import type { Caller } from '../../identity/bearer.ts'
import type { Connection } from '../../store/store.ts'
import type { NamedSession } from '../idempotency/idempotency.ts'
import type { CreateRequest } from './read-create-request.ts'
import type { CreatedSession } from './schemas.ts'
/** A session that somebody asks for. */
export interface NewSession {
  readonly kind: 'agent-assist' | 'digital'
  readonly caller: Caller
  readonly request: CreateRequest
  /** Which session an `Idempotency-Key` stands for. */
  readonly name?: NamedSession
  /** Writes along, in the transaction that makes the session durable. */
  readonly alongside?: (transaction: Connection, created: CreatedSession) => Promise<void>
}
