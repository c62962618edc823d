import {
  NoAnswer,
  type Outgoing,
  type OutgoingAnswer,
  type OutgoingRequest,
} from '../../base/outgoing/outgoing.ts'
import { NotSent } from '../model/gateway.ts'
import { type Json, jsonIn } from './json-answer.ts'

/** What a gateway answered. */
export interface AskedAnswer {
  readonly status: number
  readonly headers: OutgoingAnswer['headers']
  /** `undefined` where the body is no object in JSON. */
  readonly json: Json | undefined
}

/**
 * Asks a gateway.
 *
 * @throws {NotSent} when not a byte can have reached it.
 * @throws {NoAnswer} otherwise, where there is no answer.
 */
export async function askGateway(send: Outgoing, request: OutgoingRequest): Promise<AskedAnswer> {
  try {
    const { status, headers, body } = await send(request)
    return { status, headers, json: jsonIn(body) }
  } catch (error) {
    if (error instanceof NoAnswer && !error.mayHaveArrived) throw new NotSent(error.fault, { cause: error })
    throw error
  }
}

/** An answer that does not tell what became of the money. Its text is of the status alone. */
export class UnclearAnswer extends Error {
  constructor(detail: string) {
    super(`The gateway’s answer is unclear: ${detail}.`)
    this.name = 'UnclearAnswer'
  }
}
