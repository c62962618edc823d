import { NoAnswer, type Outgoing, type OutgoingAnswer, type OutgoingRequest } from '../../base/outgoing.ts'
import { NotSent } from '../gateway.ts'

/**
 * Sends a request to a gateway.
 *
 * @throws {NotSent} when not a byte of it can have arrived; {@link NoAnswer} when it may have.
 */
export async function askGateway(send: Outgoing, request: OutgoingRequest): Promise<OutgoingAnswer> {
  try {
    return await send(request)
  } catch (error) {
    if (!(error instanceof NoAnswer) || error.mayHaveArrived) throw error
    throw new NotSent(`The gateway could not be asked: ${error.fault}.`, { cause: error })
  }
}

/** What came back is no answer that anything can be concluded from: what became of the money is unknown. */
export class UnusableAnswer extends Error {
  /** @param what is wrong with it; never anything of its body. */
  constructor(what: string) {
    super(`The gateway's answer cannot be used: ${what}.`)
    this.name = 'UnusableAnswer'
  }
}

/** @throws {UnusableAnswer} when it is not JSON. */
export function parseAnswer(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    throw new UnusableAnswer('it is not JSON')
  }
}
