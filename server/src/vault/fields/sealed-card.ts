import type { CardSummary } from '@tonegate/protocol/outcome'
import type { FieldName } from '@tonegate/protocol/view-state'
import type { Guid } from '../../base/guid.ts'
import { ownBytes } from '../../base/own-bytes.ts'
import type { Sealer } from '../../base/seal.ts'
import { sealedColumn } from '../../store/reseal.ts'
import type { CardFields } from './card-fields.ts'

/** What is known of a card once its digits have gone to the gateway. */
export interface ChargedCard {
  readonly summary: CardSummary
  /** How many digits each field had: the dots. */
  readonly counts: Readonly<Record<FieldName, number>>
}

const fieldsOf = (guid: unknown) => `capture fields ${guid}`
const chargedCardOf = (guid: unknown) => `charged card ${guid}`

/**
 * The complete card number and expiry of a session under way, sealed for its row alone; null when neither is
 * complete. The security code is never part of it.
 */
export function sealFields(sealer: Sealer, guid: Guid, fields: CardFields): Buffer | null {
  const { pan, expiry } = fields.digits()
  const bytes = [
    fields.complete('pan') ? pan.unsafeBytes() : Buffer.alloc(0),
    fields.complete('expiry') ? expiry.unsafeBytes() : Buffer.alloc(0),
  ] as const
  if (bytes[0].length + bytes[1].length === 0) return null
  const clear = ownBytes(1 + bytes[0].length + bytes[1].length)
  clear[0] = bytes[0].length
  clear.set(bytes[0], 1)
  clear.set(bytes[1], 1 + bytes[0].length)
  const sealed = sealer.seal(fieldsOf(guid), clear)
  clear.fill(0)
  return sealed
}

/**
 * Puts a sealed card back into its fields.
 *
 * @throws {Error} when it was sealed under another key or for another session.
 */
export function restoreFields(sealer: Sealer, guid: Guid, sealed: Uint8Array, fields: CardFields): void {
  const clear = sealer.open(fieldsOf(guid), sealed)
  const end = 1 + (clear[0] ?? 0)
  fields.restore({ pan: clear.subarray(1, end), expiry: clear.subarray(end) })
  clear.fill(0)
}

/** Takes the place of the sealed fields from the moment at which the gateway is asked. */
export function sealChargedCard(sealer: Sealer, guid: Guid, card: ChargedCard): Buffer {
  return sealer.seal(chargedCardOf(guid), Buffer.from(JSON.stringify(card)))
}

/** @throws {Error} when it was sealed under another key or for another session. */
export function openChargedCard(sealer: Sealer, guid: Guid, sealed: Uint8Array): ChargedCard {
  return JSON.parse(sealer.open(chargedCardOf(guid), sealed).toString()) as ChargedCard
}

/** The cards of sessions under way, before and after the gateway was asked. */
export const sealedCards = sealedColumn({
  what: 'cards',
  table: 'capture_session',
  key: ['guid'],
  column: 'sealed_fields',
  purposes: ({ guid }) => [fieldsOf(guid), chargedCardOf(guid)],
})
