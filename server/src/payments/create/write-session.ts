import { prepareRecord } from '../../audit/record.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { Connection } from '../../store/store.ts'
import { insertSession, type SessionRow } from '../insert-session.ts'
import { openedEntry } from '../opened-entry.ts'
import { openerOf } from '../opener.ts'
import type { ProviderLaunch, ProviderLaunched } from '../provider.ts'
import type { NewSession } from '../requests/new-session.ts'
import type { CreatedSession } from '../requests/schemas.ts'
import type { SessionSeal } from '../seal-session.ts'

/** Writes a launched session, and what is to be written beside it. */
export type WriteSession = (
  tx: Connection,
  session: NewSession,
  launch: ProviderLaunch,
  launched: ProviderLaunched,
) => Promise<void>

export function createWriteSession({
  store,
  clock,
  seal,
}: Pick<StoreParts, 'store' | 'clock'> & { readonly seal: SessionSeal }): WriteSession {
  const insert = insertSession(store)
  const record = prepareRecord({ store, clock })
  return async (tx, session, launch, launched) => {
    const { sessionGuid, order, paymentData } = launch
    const row = rowOf(session, launch)
    const sealed = seal.sealRequested(sessionGuid, { order, paymentData })
    const { providerSessionGuid } = launched
    await Promise.all([
      insert.run(tx, { ...row, providerSessionGuid, now: clock.now(), sealed }),
      record(tx, openedEntry(row, launched)),
    ])
    await session.alongside?.(tx, createdOf(launch, launched))
  }
}

export const rowOf = (
  { caller: { access } }: NewSession,
  { sessionGuid, accountId, agentId, kind, configuration, callGuid }: ProviderLaunch,
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

export const createdOf = (
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
