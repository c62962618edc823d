import type { createBoundedCache } from '../../../base/bounded-cache.ts'
import type {
  AuthorisationRequest,
  Challenge,
  Gateway,
  GatewayAnswer,
  GatewayChallenge,
} from '../../model/gateway.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import { readAuthorisation } from './connector-answer.ts'
import type { ConnectorCalls } from './connector-calls.ts'
import { authorisationBody, paymentOf } from './payment-body.ts'

/** How much longer than the flow an authorisation's answer is waited for: a late one is welcome. */
const lateMilliseconds = 60_000

/** Asks the endpoint for payments, by a new card or by one that its gateway keeps. */
export function connectorAuthorise(
  calls: ConnectorCalls,
  challenges: ReturnType<typeof createBoundedCache<string, Challenge>>,
): Pick<Required<Gateway>, 'authorise' | 'authoriseKept'> {
  async function authorise(
    operation: 'authorise' | 'authorise-kept',
    request: Omit<AuthorisationRequest, 'card'>,
    body: Buffer,
  ): Promise<GatewayAnswer | GatewayChallenge> {
    const { idempotencyKey: key, timeoutSeconds, signal } = request
    const timeoutMilliseconds = timeoutSeconds * 1000 + lateMilliseconds
    const id = `${operation}-${key}`
    const read = readAuthorisation(
      await calls.post({ operation, id, key, body, timeoutMilliseconds, signal }),
    )
    if (read.status === 'challenge') {
      refusePlainHttp(read, calls.endpoint)
      challenges.set(key, read.challenge)
    }
    return read
  }

  return {
    authorise: (request) => authorise('authorise', request, authorisationBody(request)),
    authoriseKept(request) {
      const { token, initiator } = request
      const said = { ...paymentOf('authorise-kept', request), token, initiator }
      return authorise('authorise-kept', request, Buffer.from(JSON.stringify(said)))
    },
  }
}

/** A customer is sent to their bank by TLS; without only where the endpoint itself is a sandbox's. */
function refusePlainHttp({ challenge }: GatewayChallenge, endpoint: URL): void {
  const url = URL.parse(challenge.url)
  if (url?.protocol === 'https:' || (url && endpoint.protocol === 'http:')) return
  throw new UnclearAnswer('its challenge is not at an https URL')
}
