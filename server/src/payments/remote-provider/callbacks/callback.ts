import { Problem } from '../../../base/problem.ts'
import type { SignedMessage } from '../../../base/signing/verify-webhook.ts'

/** What came to a callback URL. */
export interface Callback extends SignedMessage {
  readonly accountId: number
  readonly configurationId: number
  readonly secret: string
  readonly format: 'form' | 'json'
}

/** One and the same for a forged callback and for a session that is not known. */
export const nothingHere = (): Problem => new Problem('not-found', 'No resource exists at this path.')

/** Whoever sends it again may find its session opened. */
export const notYet = (): Problem =>
  new Problem('provider-unavailable', 'The session is being opened. Send the callback again.', {
    headers: { 'retry-after': '1' },
  })
