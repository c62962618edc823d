import type { Guid } from '../base/guid.ts'
import { createOneAtATime } from '../base/one-at-a-time.ts'
import { Problem } from '../base/problem.ts'
import type { Calls } from '../calls/calls.ts'
import type { Caller } from '../identity/bearer.ts'
import type { StoreParts } from '../store/parts.ts'
import { type Connection, type Store, UniqueViolation } from '../store/store.ts'
import { cardTokenIn } from '../vault/model/card-token-in.ts'
import type { AccountConfiguration } from './configurations/account-configuration.ts'
import type { Configurations } from './configurations/configurations.ts'
import { insertSession, type SessionRow } from './insert-session.ts'
import type { FollowLaunches } from './launches/follow-launches.ts'
import type { OpenDistant } from './launches/open-distant.ts'
import type { PendingLaunches } from './launches/pending-launches.ts'
import { openerOf } from './opener.ts'
import type { Provider, ProviderLaunch, ProviderLaunched } from './provider.ts'
import { isWithin, reachOf } from './reach.ts'
import type { NewSession } from './requests/new-session.ts'
import type { CreateRequest } from './requests/read-create-request.ts'
import { readKeptCardOrder } from './requests/read-kept-card-order.ts'
import { readOrder } from './requests/read-order.ts'
import type { CreatedSession } from './requests/schemas.ts'
import type { SessionSeal } from './seal-session.ts'

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
    'No phone system reports the calls of this account. Open a digital session and send its link, or connect one: platform create.',
} as const

export function createCreateSession({
  store,
  clock,
  newGuid,
  log,
  calls,
  provider,
  configurations,
  pending,
  openDistant,
  settleOnCall,
  seal,
}: Pick<StoreParts, 'store' | 'clock' | 'newGuid' | 'log'> & {
  readonly calls: Pick<Calls, 'findLiveCall'>
  readonly provider: Provider
  readonly configurations: Configurations
  readonly pending: PendingLaunches
  readonly openDistant: OpenDistant
  readonly settleOnCall: FollowLaunches['settleOnCall']
  readonly seal: SessionSeal
}): CreateSession {
  const { findOpen, remove } = prepareStatements(store)
  const insert = insertSession(store)
  const onCall = createOneAtATime()

  async function liveCall(accountId: number, agentId: string): Promise<Guid> {
    const call = await calls.findLiveCall(accountId, agentId)
    if (typeof call === 'object') return call.callGuid
    throw new Problem('no-live-call', noLiveCall[call])
  }

  /** A session that the caller does not reach is not named: all that can be seen of it is that the call is taken. */
  async function refuseSecondSession(
    { callGuid, sessionGuid }: ProviderLaunch,
    caller: Caller,
  ): Promise<void> {
    const open = callGuid && (await findOpen.first(store.reader, { callGuid }))
    if (!open || open.guid === sessionGuid) return
    if (!isWithin(reachOf(caller), open)) {
      throw new Problem('call-has-session', 'This call already has an open payment session of another agent.')
    }
    throw new Problem(
      'call-has-session',
      `This call already has an open payment session (${open.guid}). Use it or cancel it first.`,
      {
        members: { sessionGuid: open.guid },
      },
    )
  }

  async function open(session: NewSession, agentId: string, launch: ProviderLaunch): Promise<CreatedSession> {
    await refuseSecondSession(launch, session.caller)
    const isDistant = session.name?.isKnown || provider.distant?.(launch.configuration.provider)
    const committedOrNot = pending.begin()
    try {
      return isDistant
        ? await openElsewhere(session, agentId, launch)
        : await openHere(session, agentId, launch, committedOrNot)
    } catch (error) {
      if (error instanceof UniqueViolation) await refuseSecondSession(launch, session.caller)
      throw error
    } finally {
      committedOrNot()
    }
  }

  async function openHere(
    session: NewSession,
    agentId: string,
    launch: ProviderLaunch,
    committedOrNot: () => void,
  ): Promise<CreatedSession> {
    const launched = await provider.launch(launch)
    return writtenAndBegun(session, agentId, launch, launched).catch(async (error: unknown) => {
      committedOrNot()
      await abandon(launched)
      throw error
    })
  }

  /** At a provider in another process: see `open-distant.ts`. */
  async function openElsewhere(
    session: NewSession,
    agentId: string,
    launch: ProviderLaunch,
  ): Promise<CreatedSession> {
    const { callGuid } = launch
    if (callGuid) {
      await settleOnCall(callGuid, launch)
      await refuseSecondSession(launch, session.caller)
    }
    const launched = await openDistant({
      launch,
      row: rowOf(session, agentId, launch),
      again: session.name ? 'expected' : 'never',
      write: (tx, answer) => writeIn(tx, session, agentId, launch, answer),
      writeAgain: async (tx, answer) => session.alongside?.(tx, createdOf(launch, answer)),
    })
    await begin(launch, launched)
    return createdOf(launch, launched)
  }

  /** A kept card is charged when the session is there for certain: nobody else begins it. */
  async function writtenAndBegun(...opened: Parameters<typeof written>): Promise<CreatedSession> {
    const created = await written(...opened)
    const [, , launch, launched] = opened
    await begin(launch, launched)
    return created
  }

  async function begin(
    { paymentData }: ProviderLaunch,
    { providerSessionGuid }: ProviderLaunched,
  ): Promise<void> {
    if (cardTokenIn(paymentData) !== undefined) await provider.opened?.(providerSessionGuid)
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
    session: NewSession,
    agentId: string,
    launch: ProviderLaunch,
    launched: ProviderLaunched,
  ): Promise<CreatedSession> {
    await store.write((tx) => writeIn(tx, session, agentId, launch, launched))
    return createdOf(launch, launched)
  }

  async function writeIn(
    tx: Connection,
    session: NewSession,
    agentId: string,
    launch: ProviderLaunch,
    launched: ProviderLaunched,
  ): Promise<void> {
    const { sessionGuid, order, paymentData } = launch
    await insert.run(tx, {
      ...rowOf(session, agentId, launch),
      providerSessionGuid: launched.providerSessionGuid,
      now: clock.now(),
      sealed: seal.sealRequested(sessionGuid, { order, paymentData }),
    })
    await session.alongside?.(tx, createdOf(launch, launched))
  }

  /** Nobody was told of this session, so nobody shall type a card into it, and nothing of it stays. */
  async function abandon({ providerSessionGuid }: ProviderLaunched): Promise<void> {
    pending.abandon(providerSessionGuid)
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
      configuration,
      kind,
      order,
      paymentData: request.paymentData,
    }
    const keptCard = readKeptCardOrder(session, configuration)
    if (kind === 'digital' || skips || keptCard === 'merchant')
      return open(session, agentId, { ...launch, callGuid: null })
    const callGuid = await liveCall(account.id, agentId)
    return onCall(callGuid, () => open(session, agentId, { ...launch, callGuid }))
  }
}

const rowOf = (
  { caller: { access } }: NewSession,
  agentId: string,
  { sessionGuid, accountId, kind, configuration, callGuid }: ProviderLaunch,
): SessionRow => ({
  guid: sessionGuid,
  accountId,
  kind,
  agentId,
  configurationId: configuration.id,
  callGuid,
  openedBy: openerOf(access),
  tokenMadeAt: access.madeAt,
})

const createdOf = (
  { sessionGuid }: ProviderLaunch,
  { providerSessionGuid, iframeUrl, agentAccessToken, agentRefreshToken, paymentFormUrl }: ProviderLaunched,
): CreatedSession => ({
  sessionGuid,
  providerSessionGuid,
  iframeUrl,
  agentAccessToken,
  agentRefreshToken,
  paymentFormUrl,
})

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
  }
}
