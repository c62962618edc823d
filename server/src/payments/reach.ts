import type { Caller } from '../identity/bearer.ts'

/**
 * Whose sessions a caller reaches (contract/payment-api §6): an agent's own token those of that agent, and a back end
 * all of its account. All others are as if they were not there.
 */
export interface Reach {
  readonly accountId: number
  /** Absent where it is every agent's. */
  readonly agentId?: string
}

/** Whom a session belongs to. */
export interface Owner {
  readonly account_id: number
  readonly agent_id: string
}

export const reachOf = ({ account, agentId }: Pick<Caller, 'account' | 'agentId'>): Reach => ({
  accountId: account.id,
  ...(agentId !== undefined && { agentId }),
})

/** Whether a session that is known already is one of those that a caller reaches. */
export function isWithin({ accountId, agentId }: Reach, { account_id, agent_id }: Owner): boolean {
  return account_id === accountId && (agentId === undefined || agent_id === agentId)
}
