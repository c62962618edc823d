import type { CheckedPoint } from '../../model/gateway.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import type { Json } from '../json-answer.ts'
import { lookAt } from '../look-at.ts'

/** A key that no payment has: those of payments begin with a GUID. */
const keyOfNothing = 'gateway-check'

/**
 * Asks an endpoint for a payment that nobody has made: one that knows the signature says that it has none.
 *
 * @param reconcile rejects where the endpoint's answer counts for nothing.
 */
export async function checkConnector(
  reconcile: (key: string) => Promise<Json>,
): Promise<readonly CheckedPoint[]> {
  return [await lookAt('credentials', () => credentials(reconcile)), ...liveAlone]
}

async function credentials(reconcile: (key: string) => Promise<Json>): Promise<CheckedPoint> {
  const what = 'credentials'
  const answer = await reconcile(keyOfNothing).catch((error: unknown) => {
    if (error instanceof UnclearAnswer) return undefined
    throw error
  })
  if (!answer) {
    const detail =
      'The endpoint did not answer with status 200 and JSON. Check its address, its certificate and the secret.'
    return { what, state: 'wrong', detail }
  }
  if (answer.status === 'not-found') {
    return {
      what,
      state: 'in-order',
      detail: 'The endpoint accepted the signature and reports unknown payments correctly.',
    }
  }
  const detail =
    'The endpoint did not answer not-found for a payment that was never made. It must tell those apart.'
  return { what, state: 'wrong', detail }
}

const liveAlone: readonly CheckedPoint[] = [
  {
    what: 'raw-cards',
    state: 'unknown',
    detail: 'Only your endpoint knows whether your gateway accepts card numbers.',
  },
  {
    what: 'moto',
    state: 'unknown',
    detail: 'Make a phone payment and check that its channel arrives as moto.',
  },
  {
    what: 'kept-cards',
    state: 'unknown',
    detail: 'Tokenise a card and charge it: an endpoint that does not support authorise-kept refuses it.',
  },
  {
    what: 'notifications',
    state: 'unknown',
    detail: 'Have your endpoint send one, and look for it in the server log.',
  },
]
