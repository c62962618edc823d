import type { Guid, NewGuid } from '../../base/guid.ts'
import { createOneAtATime } from '../../base/one-at-a-time.ts'
import { Problem } from '../../base/problem.ts'
import type { Calls } from '../../calls/calls.ts'
import type { Caller } from '../../identity/bearer.ts'
import type { AccountConfiguration } from '../configurations/account-configuration.ts'
import type { Configurations } from '../configurations/configurations.ts'
import type { NewSession } from '../requests/new-session.ts'
import type { CreateRequest } from '../requests/read-create-request.ts'
import { readKeptCardOrder } from '../requests/read-kept-card-order.ts'
import { readOrder } from '../requests/read-order.ts'
import type { CreatedSession } from '../requests/schemas.ts'
import { createOpenSession, type OpeningParts } from './open-session.ts'

/**
 * Opens a payment session of either kind (contract/payment-api §2, §3); durable when it resolves.
 *
 * @throws {Problem} `foreign-agent`, `kept-card-refused`, `skip-call-transfer-refused`, `unknown-account-configuration`,
 *   `invalid-request`, `no-live-call`, `call-has-session`, and what the provider answers.
 */
export type CreateSession = (session: NewSession) => Promise<CreatedSession>

const noLiveCall = {
  'no-call': 'The agent is not on a call. Open the session during the call, or open a digital session.',
  'no-platform':
    'The agent is not on a call: no phone system is connected for this account. Open a digital session and send its link.',
} as const

export function createCreateSession(
  parts: OpeningParts & {
    readonly newGuid: NewGuid
    readonly calls: Pick<Calls, 'findLiveCall'>
    readonly configurations: Configurations
  },
): CreateSession {
  const { newGuid, calls, configurations } = parts
  const open = createOpenSession(parts)
  const onCall = createOneAtATime()

  /** The agent's call. Another provider has the telephone itself, and needs none here (contract/calls §5). */
  async function liveCall(
    accountId: number,
    agentId: string,
    { provider }: AccountConfiguration,
  ): Promise<Guid | null> {
    const call = await calls.findLiveCall(accountId, agentId)
    if (typeof call === 'object') return call.callGuid
    if (provider) return null
    throw new Problem('no-live-call', noLiveCall[call])
  }

  return async (session) => {
    const { kind, caller, request, name } = session
    const { account } = caller
    const agentId = agentOf(caller, request)
    const skips = kind === 'agent-assist' && request.callTransfer === 'skip'
    if (skips && account.production) {
      throw new Problem(
        'skip-call-transfer-refused',
        'skipCallTransfer is not allowed in a production account.',
      )
    }
    const configuration =
      (await configurations.find(account.id, request.configurationId)) ??
      unknownConfiguration(caller, request)
    const order = readOrder(request, configuration)
    const launch = {
      sessionGuid: name?.sessionGuid ?? newGuid(),
      accountId: account.id,
      agentId,
      configuration,
      kind,
      order,
      paymentData: request.paymentData,
    }
    const keptCard = readKeptCardOrder(session, configuration)
    if (kind === 'digital' || skips || keptCard === 'merchant')
      return open(session, { ...launch, callGuid: null })
    const callGuid = await liveCall(account.id, agentId, configuration)
    if (callGuid === null) return open(session, { ...launch, callGuid })
    return onCall(callGuid, () => open(session, { ...launch, callGuid }))
  }
}

/** Whose session it is: a backend says so, an agent's own token speaks for that agent alone. */
function agentOf({ agentId: own }: Caller, { agentId: named }: CreateRequest): string {
  if (own === undefined) {
    if (named !== undefined) return named
    const errors = [{ path: '/agentId', message: 'is missing' }]
    throw new Problem('invalid-request', 'The request is not valid: /agentId is missing.', { errors })
  }
  if (named === undefined || named === own) return own
  throw new Problem(
    'foreign-agent',
    'The access token was issued for a different agent. Omit agentId or use that agent’s token.',
  )
}

function unknownConfiguration({ account }: Caller, { configurationId }: CreateRequest): AccountConfiguration {
  throw new Problem(
    'unknown-account-configuration',
    `Account configuration does not exists for account: ${account.name}, configuration Id: ${configurationId}.`,
  )
}
