import type { Gateway } from '../../model/gateway.ts'

/** A gateway, and the name it has in the log. */
export interface NamedGateway {
  readonly name: string
  /** `undefined`: there is none of this name any more. */
  readonly gateway: Gateway | undefined
}

/** All that is logged of an error that somebody else's code threw: nobody knows what a library puts into its errors. */
export const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error)
