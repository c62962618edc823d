import { type Guid, parseGuid } from '../../base/guid.ts'
import type { Parts } from '../../base/parts.ts'
import { createSignedTokens } from '../../base/signing/signed-tokens.ts'

const lifetimeSeconds = 300

export type ViewTokens = ReturnType<typeof createViewTokens>

/**
 * The access tokens of the agent view (contract/payment-api §3): a JWT for the page of one capture session,
 * five minutes, worthless everywhere else. Their key follows from the sealing key.
 */
export function createViewTokens({ sealer, region, clock }: Pick<Parts, 'sealer' | 'region' | 'clock'>) {
  const tokens = createSignedTokens({
    keys: sealer.derivations('agent view'),
    type: 'view+jwt',
    audience: `${region.paymentOrigin}/session`,
    lifetimeSeconds,
    clock,
  })
  return {
    issue: (guid: Guid): string => tokens.issue({ sub: guid }),

    /** The capture session that a token opens; `undefined` when it is forged, foreign or has expired. */
    verify(token: string): Guid | undefined {
      const sub = tokens.verify(token)?.sub
      return typeof sub === 'string' ? parseGuid(sub) : undefined
    },
  }
}
