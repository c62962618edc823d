import { NotSent } from '../../../model/gateway.ts'
import { UnclearAnswer } from '../../ask-gateway.ts'
import { type Json, objectIn, textIn } from '../../json-answer.ts'
import type { CybersourceCalls } from '../cybersource-calls.ts'
import { bodyOf } from '../payment-request.ts'

/** What the steps before a payment are found by; the payment alone bears its key. */
export const authenticationKey = (key: string): string => `${key}-3ds`

interface Step {
  readonly path: string
  readonly body: Json & { readonly clientReferenceInformation: { readonly code: string } }
  readonly signal: AbortSignal
}

/**
 * Asks for something that moves no money, on the way to a payment.
 *
 * @throws {NotSent} whatever goes wrong: the payment has not been asked for.
 */
export async function askBeforePayment(calls: CybersourceCalls, { path, body, signal }: Step): Promise<Json> {
  const fails = (why: string, error?: unknown) =>
    new NotSent(`A customer cannot be authenticated: ${path} ${why}.`, { cause: error })
  const request = { path, body: bodyOf(body), idempotencyKey: undefined, signal }
  const answer = await calls.post(request).catch((error) => {
    throw fails(error instanceof UnclearAnswer ? 'gave an unclear answer' : 'did not answer', error)
  })
  if (answer.is === 'refused') throw fails(`refused with ${answer.reason}`)
  const code = textIn(objectIn(answer.object, 'clientReferenceInformation'), 'code')
  if (code !== undefined && code !== body.clientReferenceInformation.code) {
    throw fails('answered a different request')
  }
  return answer.object
}
