import { prepareRecord } from '../audit/record.ts'
import type { Region } from '../base/region.ts'
import { type BeginBar, noBar } from '../base/text/progress-bar.ts'
import type { StoreParts } from '../store/parts.ts'
import { countSealed, type Resealed, resealColumn } from '../store/reseal.ts'
import { sealedColumns } from './sealed-columns.ts'

/** What a rotation did. */
export interface SealingKeyRotation {
  readonly columns: readonly Resealed[]
  /**
   * When the last open session's link ends, in milliseconds since the epoch: a link's secret follows from the key that
   * it was made with, and is stored nowhere. Null when no session is open.
   */
  readonly lastLinkEndsAt: number | null
}

/**
 * Seals all of a region's database under the key that seals, while a server may be running. What was sealed under a
 * former key is gone from the files afterwards.
 */
export async function rotateSealingKey(
  {
    store,
    clock,
    sealer,
    region,
  }: Pick<StoreParts, 'store' | 'clock' | 'sealer'> & {
    readonly region: Pick<Region, 'name'>
  },
  beginBar: BeginBar = noBar,
): Promise<SealingKeyRotation> {
  const record = prepareRecord({ store, clock })
  const target = { kind: 'sealing-key', id: region.name }
  await store.write((tx) => record(tx, { action: 'sealing-key.rotate', target, account: null }))
  const columns: Resealed[] = []
  for (const column of sealedColumns(region)) {
    const bar = beginBar(await countSealed(store, column), column.what)
    columns.push(await resealColumn(store, sealer, column, bar.advance))
    bar.end()
  }
  await store.scrub()
  const lastEnd = store.prepare((db, _: object) =>
    db
      .selectFrom('capture_session')
      .select(({ fn }) => fn.max('expires_at').as('ends'))
      .where('state', '=', 'open'),
  )
  const last = await lastEnd.first(store.reader, {})
  return { columns, lastLinkEndsAt: last?.ends ?? null }
}
