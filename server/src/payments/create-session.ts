import type { Clock } from '../base/clock.ts'
import type { Guid, NewGuid } from '../base/guid.ts'
import type { Log } from '../base/log.ts'
import { createOneAtATime } from '../base/one-at-a-time.ts'
import { Problem } from '../base/problem.ts'
import type { Calls } from '../calls/calls.ts'
import type { Caller } from '../identity/bearer.ts'
import { type Connection, type Store, UniqueViolation } from '../store/store.ts'
import type { AccountConfiguration } from './account-configuration.ts'
import type { Configurations } from './configurations.ts'
import { openerOf } from './opener.ts'
import type { PendingLaunches } from './pending-launches.ts'
import type { Provider, ProviderLaunch, ProviderLaunched } from './provider.ts'
import { isWithin, reachOf } from './reach.ts'
import type { CreateRequest } from './read-create-request.ts'
import { readOrder } from './read-order.ts'
import type { CreatedSession } from './schemas.ts'
import type { SessionSeal } from './seal-session.ts'

/** A session that somebody asks for. */
export interface NewSession {
  readonly kind: 'agent-assist' | 'digital'
  readonly caller: Caller
  readonly request: CreateRequest
  /** Writes along, in the transaction that makes the session durable. */
  readonly alongside?: (transaction: Connection, created: CreatedSession) => Promise<void>
}

/**
 * Opens a payment session of either kind (contract/payment-api §2, §3); durable when it resolves.
 *
 * @throws {Problem} `foreign-agent`, `skip-call-transfer-refused`, `unknown-account-configuration`,
 *   `invalid-request`, `no-live-call`, `call-has-session`, and what the provider answers.
 */
export type CreateSession = (session: NewSession) => Promise<CreatedSession>

export function createCreateSession({
  store,
  clock,
  newGuid,
  log,
  calls,
  provider,
  configurations,
  pending,
  seal,
}: {
  readonly store: Store
  readonly clock: Clock
  readonly newGuid: NewGuid
  readonly log: Log
  readonly calls: Pick<Calls, 'findLiveCall'>
  readonly provider: Provider
  readonly configurations: Configurations
  readonly pending: PendingLaunches
  readonly seal: SessionSeal
}): CreateSession {
  const { findOpen, insert, remove } = prepareStatements(store)
  const onCall = createOneAtATime()

  async function liveCall(accountId: number, agentId: string): Promise<Guid> {
    const call = await calls.findLiveCall(accountId, agentId)
    if (call) return call.callGuid
    throw new Problem('no-live-call', 'The agent has no live call.')
  }

  /** A session that the caller does not reach is not named: all that can be seen of it is that the call is taken. */
  async function refuseSecondSession(callGuid: Guid, caller: Caller): Promise<void> {
    const open = await findOpen.first(store.reader, { callGuid })
    if (!open) return
    if (!isWithin(reachOf(caller), open)) {
      throw new Problem('call-has-session', 'The call has an open payment session of another agent.')
    }
    throw new Problem('call-has-session', `The call has an open payment session: ${open.guid}.`, {
      members: { sessionGuid: open.guid },
    })
  }

  async function open(session: NewSession, agentId: string, launch: ProviderLaunch): Promise<CreatedSession> {
    const { callGuid } = launch
    if (callGuid) await refuseSecondSession(callGuid, session.caller)
    const committedOrNot = pending.begin()
    try {
      const launched = await provider.launch(launch)
      return await written(session, agentId, launch, launched).catch(async (error: unknown) => {
        committedOrNot()
        await abandon(launched)
        if (callGuid && error instanceof UniqueViolation) await refuseSecondSession(callGuid, session.caller)
        throw error
      })
    } finally {
      committedOrNot()
    }
  }

  /** Both rows are asked for in one turn of the event loop, so that one commit makes them durable. */
  async function written(
    session: NewSession,
    agentId: string,
    launch: ProviderLaunch,
    launched: ProviderLaunched,
  ): Promise<CreatedSession> {
    const [created] = await Promise.all([write(session, agentId, launch, launched), launched.durable])
    return created
  }

  async function write(
    { alongside, caller: { access } }: NewSession,
    agentId: string,
    { sessionGuid, accountId, kind, configuration, callGuid, order, paymentData }: ProviderLaunch,
    launched: ProviderLaunched,
  ): Promise<CreatedSession> {
    const { providerSessionGuid, iframeUrl, agentAccessToken, agentRefreshToken, paymentFormUrl } = launched
    const row = {
      guid: sessionGuid,
      accountId,
      kind,
      agentId,
      configurationId: configuration.id,
      callGuid,
      providerSessionGuid,
      openedBy: openerOf(access),
      tokenMadeAt: access.madeAt,
      now: clock.now(),
      sealed: seal.sealRequested(sessionGuid, { order, paymentData }),
    }
    const created = {
      sessionGuid,
      providerSessionGuid,
      iframeUrl,
      agentAccessToken,
      agentRefreshToken,
      paymentFormUrl,
    }
    await store.write(async (tx) => {
      await insert.run(tx, row)
      if (alongside) await alongside(tx, created)
    })
    return created
  }

  /** Nobody was told of this session, so nobody shall type a card into it, and nothing of it stays. */
  async function abandon({ providerSessionGuid }: ProviderLaunched): Promise<void> {
    try {
      await provider.cancel(providerSessionGuid)
      await store.write((tx) => remove.run(tx, { providerSessionGuid }))
    } catch (error) {
      log.warn(
        { err: error, providerSessionGuid },
        'a launched session that was not opened could not be ended',
      )
    }
  }

  return async (session) => {
    const { kind, caller, request } = session
    const { account } = caller
    const agentId = agentOf(caller, request)
    const skips = kind === 'agent-assist' && request.callTransfer === 'skip'
    if (skips && account.production) {
      throw new Problem(
        'skip-call-transfer-refused',
        'skipCallTransfer is not possible in a production account.',
      )
    }
    const configuration =
      (await configurations.find(account.id, request.configurationId)) ??
      unknownConfiguration(caller, request)
    const order = readOrder(request.paymentData, configuration)
    const launch = {
      ...{ sessionGuid: newGuid(), accountId: account.id, configuration, kind, order },
      paymentData: request.paymentData,
    }
    if (kind === 'digital' || skips) return open(session, agentId, { ...launch, callGuid: null })
    const callGuid = await liveCall(account.id, agentId)
    return onCall(callGuid, () => open(session, agentId, { ...launch, callGuid }))
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
  throw new Problem('foreign-agent', 'agentId is not the agent whom the access token was issued for.')
}

function unknownConfiguration({ account }: Caller, { configurationId }: CreateRequest): AccountConfiguration {
  throw new Problem(
    'unknown-account-configuration',
    `Account configuration does not exists for account: ${account.name}, configuration Id: ${configurationId}.`,
  )
}

function prepareStatements(store: Store) {
  return {
    findOpen: store.prepare((db, p: { callGuid: string }) =>
      db
        .selectFrom('payment_session')
        .select(['guid', 'account_id', 'agent_id'])
        .where('call_guid', '=', p.callGuid)
        .where('ended_at', 'is', null),
    ),
    remove: store.prepare((db, p: { providerSessionGuid: string }) =>
      db.deleteFrom('payment_session').where('provider_session_guid', '=', p.providerSessionGuid),
    ),
    insert: store.prepare(
      (
        db,
        p: {
          guid: string
          accountId: number
          kind: 'agent-assist' | 'digital'
          agentId: string
          configurationId: number
          callGuid: string | null
          providerSessionGuid: string
          openedBy: string
          tokenMadeAt: number
          now: number
          sealed: Uint8Array
        },
      ) =>
        db.insertInto('payment_session').values({
          guid: p.guid,
          account_id: p.accountId,
          kind: p.kind,
          agent_id: p.agentId,
          configuration_id: p.configurationId,
          call_guid: p.callGuid,
          provider_session_guid: p.providerSessionGuid,
          state: 'Created',
          created_at: p.now,
          updated_at: p.now,
          ended_at: null,
          sealed_payment_data: p.sealed,
          sealed_result: null,
          result_removal_at: null,
          awaits_outcome: 0,
          correction: null,
          opened_by: p.openedBy,
          token_made_at: p.tokenMadeAt,
          agent_view: 'open',
        }),
    ),
  }
}
