import type { Parts } from '../parts.ts'
import { createOutgoing } from './create-outgoing.ts'
import type { Outgoing } from './outgoing.ts'

/** Ways out by what a configuration says of private addresses: `refused`, `allowed`. */
export type OutgoingByAddress = Readonly<Record<'refused' | 'allowed', Outgoing>>

/** @param maxSockets to one host at a time; as {@link createOutgoing} has it unless given. */
export function createOutgoingByAddress(options: Pick<Parts, 'clock'> & { readonly maxSockets?: number }) {
  const refused = createOutgoing({ ...options, privateAddresses: 'refused' })
  const allowed = createOutgoing({ ...options, privateAddresses: 'allowed' })
  const outgoing: OutgoingByAddress = { refused: refused.send, allowed: allowed.send }
  return {
    outgoing,
    close(): void {
      refused.close()
      allowed.close()
    },
  }
}
