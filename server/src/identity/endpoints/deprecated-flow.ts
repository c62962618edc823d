import { createBoundedCache } from '../../base/bounded-cache.ts'
import type { Parts } from '../../base/parts.ts'
import type { Client } from '../clients/known-clients.ts'

/** A flow that RFC 9700 advises against (§2.1.2, §2.4). */
type DeprecatedFlow = 'implicit' | 'password'

const dayMilliseconds = 24 * 60 * 60_000
const maxKept = 10_000

/** Logs, once a day for a client and a flow, that it uses one that is advised against (contract/authentication §2). */
export function createDeprecationWarnings({ log, clock }: Pick<Parts, 'log' | 'clock'>) {
  const warned = createBoundedCache<string, number>(maxKept)
  return ({ id, name }: Client, flow: DeprecatedFlow): void => {
    const key = `${id} ${flow}`
    const last = warned.get(key)
    const age = last === undefined ? dayMilliseconds : clock.now() - last
    if (age >= 0 && age < dayMilliseconds) return
    warned.set(key, clock.now())
    log.warn({ clientId: id, client: name, flow }, 'a client used a flow that RFC 9700 advises against')
  }
}

export type WarnOfDeprecatedFlow = ReturnType<typeof createDeprecationWarnings>
