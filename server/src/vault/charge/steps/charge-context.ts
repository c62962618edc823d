import type { RecordEntry } from '../../../audit/record.ts'
import type { Guid } from '../../../base/guid.ts'
import type { StoreParts } from '../../../store/parts.ts'
import type { Gateways } from '../../model/gateway.ts'
import type { SessionMeter } from '../../model/session-meter.ts'
import type { VaultRows } from '../../model/vault-rows.ts'
import type { GatewayCalls } from '../gateway-calls.ts'
import type { KeptCards } from '../kept-cards.ts'
import type { Reconciliation } from '../reconciliation.ts'
import type { Failures } from '../record-failure.ts'
import type { Reversals } from '../reversals/reversals.ts'
import type { UnderWay } from '../under-way.ts'

/** What a vault charges with. */
export interface ChargeParts extends Pick<StoreParts, 'store' | 'sealer' | 'clock' | 'log'> {
  readonly rows: VaultRows
  readonly keptCards: KeptCards
  readonly gateways: Gateways
  readonly closing: AbortSignal
  readonly track: UnderWay['track']
  /** Reports the result in a session's row, where it had been reported otherwise. */
  readonly report: (guid: Guid) => Promise<void>
  /** Hears that something was told of a payment whose session another node has; that node asks its gateway. */
  readonly toldElsewhere?: (guid: Guid, idempotencyKey: string) => void
  readonly sessionMeter?: SessionMeter
}

/** What every step of a charge works with: that, and what all charges of the vault share. */
export interface ChargeContext extends ChargeParts {
  readonly calls: GatewayCalls
  readonly record: RecordEntry
  readonly failures: Failures
  readonly reversals: Reversals
  readonly reconciliation: Reconciliation
  /** The payments whose customers are at their banks, by their keys: each asks its gateway what it has decided. */
  readonly atBank: Map<string, () => Promise<void>>
}
