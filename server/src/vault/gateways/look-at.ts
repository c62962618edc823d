import { NoAnswer } from '../../base/outgoing/outgoing.ts'
import { type CheckedPoint, NotSent } from '../model/gateway.ts'
import { UnclearAnswer } from './ask-gateway.ts'

/** What was seen of a point. */
export type Seen = Pick<CheckedPoint, 'state' | 'detail'>

/** Looks at a point of a gateway; one that cannot be reached, or does not answer clearly, is told as that. */
export async function lookAt(what: CheckedPoint['what'], look: () => Promise<Seen>): Promise<CheckedPoint> {
  try {
    return { what, ...(await look()) }
  } catch (error) {
    return { what, ...unseen(error) }
  }
}

function unseen(error: unknown): Seen {
  const { cause } = error instanceof NotSent ? error : { cause: error }
  if (cause instanceof NoAnswer) {
    return cause.mayHaveArrived
      ? { state: 'unknown', detail: `The gateway did not answer: ${cause.reason}. Try again.` }
      : { state: 'wrong', detail: `The gateway cannot be reached: ${cause.reason}.` }
  }
  if (error instanceof UnclearAnswer) return { state: 'unknown', detail: `${error.message} Try again.` }
  throw error
}
