import { createHash } from 'node:crypto'
import type { CardSummary } from '@tonegate/protocol/outcome'
import type { Guid } from '../../base/guid.ts'
import { NotSealedHere } from '../../base/seal.ts'
import { isSameDigest } from '../../base/signing/same-secret.ts'
import type { StoreParts } from '../../store/parts.ts'
import { sealedColumn } from '../../store/reseal.ts'
import type { Connection, Store } from '../../store/store.ts'
import type { KeptCardTable } from '../../store/tables.ts'

/** A card at a gateway of a tenant's. */
export interface NewKeptCard {
  readonly tenant: number
  readonly gateway: string
  readonly token: string
  /** What is known of it, where that was not lost. */
  readonly card: CardSummary | undefined
}

/** What of a kept card is on disk, sealed: neither its number nor its token. */
interface SealedKeptCard {
  /** SHA-256 of the token, in base64url. */
  readonly digest: string
  readonly card?: CardSummary
}

export type KeptCards = ReturnType<typeof createKeptCards>

/**
 * The cards that gateways keep for their tenants: a token that is not among them is charged for nobody. A token is not
 * kept itself, only what it is known again by; that is sealed and lasts as long as the account wants to charge the card,
 * through every rotation of the sealing key.
 */
export function createKeptCards({
  store,
  sealer,
  newGuid,
  clock,
}: Pick<StoreParts, 'store' | 'sealer' | 'newGuid' | 'clock'>) {
  const rows = prepareRows(store)

  async function findIn(
    connection: Connection,
    { tenant, gateway, token }: Omit<NewKeptCard, 'card'>,
  ): Promise<SealedKeptCard | undefined> {
    const digest = digestOf(token)
    const alike = await rows.alike.all(connection, { tenant, gateway, mark: markOf(digest) })
    return alike.flatMap(opened).find((kept) => isSameDigest(digest, Buffer.from(kept.digest, 'base64url')))
  }

  /** One that was sealed under a key which is gone is nobody's any more. */
  function opened({ guid, sealed_card }: Pick<KeptCardTable, 'guid' | 'sealed_card'>): SealedKeptCard[] {
    try {
      return [JSON.parse(sealer.open(purposeOf(guid), sealed_card).toString())]
    } catch (error) {
      if (error instanceof NotSealedHere) return []
      throw error
    }
  }

  return {
    /** Remembers a card, in the transaction that writes the answer which told its token. */
    async keep(tx: Connection, { tenant, gateway, token, card }: NewKeptCard): Promise<void> {
      if (await findIn(tx, { tenant, gateway, token })) return
      const digest = digestOf(token)
      const guid = newGuid()
      const kept: SealedKeptCard = { digest: digest.toString('base64url'), ...(card && { card }) }
      const sealed = sealer.seal(purposeOf(guid), Buffer.from(JSON.stringify(kept)))
      await rows.insert.run(tx, { guid, tenant, gateway, mark: markOf(digest), sealed, now: clock.now() })
    },
    /** What is known of a tenant's card; `undefined` where the token is of no card that this gateway keeps for it. */
    find: (card: Omit<NewKeptCard, 'card'>): Promise<Pick<SealedKeptCard, 'card'> | undefined> =>
      findIn(store.reader, card),
  }
}

const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest()

const markOf = (digest: Buffer): number => digest.readUInt16BE(0)

const purposeOf = (guid: unknown) => `kept card ${guid}`

/** What kept cards are known again by, and their last four digits. */
export const sealedKeptCards = sealedColumn({
  what: 'kept cards',
  table: 'kept_card',
  key: ['guid'],
  column: 'sealed_card',
  purposes: ({ guid }) => [purposeOf(guid)],
})

function prepareRows(store: Store) {
  return {
    alike: store.prepare((db, p: { tenant: number; gateway: string; mark: number }) =>
      db
        .selectFrom('kept_card')
        .select(['guid', 'sealed_card'])
        .where('tenant_id', '=', p.tenant)
        .where('gateway', '=', p.gateway)
        .where('mark', '=', p.mark),
    ),
    insert: store.prepare(
      (
        db,
        p: { guid: Guid; tenant: number; gateway: string; mark: number; sealed: Uint8Array; now: number },
      ) =>
        db.insertInto('kept_card').values({
          guid: p.guid,
          tenant_id: p.tenant,
          gateway: p.gateway,
          mark: p.mark,
          sealed_card: p.sealed,
          kept_at: p.now,
        }),
    ),
  }
}
