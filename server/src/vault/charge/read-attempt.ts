import type { Guid } from '../../base/guid.ts'
import type { StoreParts } from '../../store/parts.ts'
import { type ChargedCard, openChargedCard } from '../fields/sealed-card.ts'
import { openVisit } from '../model/sealed-challenge.ts'
import type { VaultRows } from '../model/vault-rows.ts'
import type { ChargeAttempt } from './attempt.ts'

/** A charge that no gateway has answered, with its session. */
export type UnansweredRow = Awaited<ReturnType<VaultRows['ownUnanswered']['all']>>[number]

/** Reads a charge that was under way; of what was sealed and cannot be decrypted it goes without. */
export function createReadAttempt({
  sealer,
  log,
}: Pick<StoreParts, 'sealer' | 'log'>): (row: UnansweredRow) => ChargeAttempt {
  function sealedCardOf(guid: Guid, sealed: Uint8Array | null): ChargedCard | undefined {
    try {
      return sealed ? openChargedCard(sealer, guid, sealed) : undefined
    } catch (error) {
      log.error({ err: error, capture: guid }, 'the sealed card of a charge cannot be decrypted')
      return undefined
    }
  }

  /** Without the fields nobody can say whose answer comes back: the gateway is asked, and nothing is waited for. */
  function challengedIn({
    idempotency_key,
    challenged_at: at,
    sealed_challenge: sealed,
  }: UnansweredRow): Pick<ChargeAttempt, 'challenged'> {
    if (at === null || sealed === null) return {}
    try {
      return { challenged: { at, ...openVisit(sealer, idempotency_key, sealed) } }
    } catch (error) {
      log.error({ err: error }, 'a sealed bank challenge cannot be decrypted')
      return {}
    }
  }

  return (row) => {
    const guid = row.capture_guid
    return {
      guid,
      tenant: row.tenant_id,
      idempotencyKey: row.idempotency_key,
      gateway: row.gateway,
      purpose: row.purpose,
      order: { amountMinor: row.amount_minor, currency: row.currency },
      requestedAt: row.requested_at,
      lateApproval: row.late_approval,
      charged: sealedCardOf(guid, row.sealed_fields),
      ...challengedIn(row),
    }
  }
}
