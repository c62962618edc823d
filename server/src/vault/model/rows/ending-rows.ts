import type { Guid } from '../../../base/guid.ts'
import type { Store } from '../../../store/store.ts'

interface EndedSession {
  readonly guid: Guid
  readonly ended_at: number
  readonly result: string
  readonly ending: string | null
}

/** Nothing stays of what it was launched with and of who had its agent view. */
const ended = (p: EndedSession) => ({
  state: 'ended' as const,
  sealed_launch: null,
  progress: '{}',
  refresh_tokens: '',
  ended_at: p.ended_at,
  result: p.result,
  ending: p.ending,
})

/** The statements that end a `capture_session`. */
export const prepareEndingRows = (store: Store) => ({
  endSession: store.prepare((db, p: EndedSession & { readonly sealed_fields: Uint8Array | null }) =>
    db
      .updateTable('capture_session')
      .set({ ...ended(p), sealed_fields: p.sealed_fields })
      .where('guid', '=', p.guid)
      .where('state', '=', 'open'),
  ),
  /**
   * Locks the row of an open session. Whoever begins a charge writes it too, so that {@link endUncharged}, asked for behind
   * this, knows of the charge: a statement sees what was committed before it began, and not what it has waited for.
   */
  lockOpen: store.prepare((db, p: { guid: Guid }) =>
    db
      .updateTable('capture_session')
      .set({ state: 'open' })
      .where('guid', '=', p.guid)
      .where('state', '=', 'open'),
  ),
  /** As {@link endSession}, where no charge was begun, and no other node has it; its row is locked. */
  endUncharged: store.prepare((db, p: EndedSession & { readonly course: string; readonly epoch: number }) =>
    db
      .updateTable('capture_session')
      .set({ ...ended(p), sealed_fields: null, course: p.course })
      .where('guid', '=', p.guid)
      .where('epoch', '=', p.epoch)
      .where('state', '=', 'open')
      .where((is) =>
        is.not(
          is.exists(is.selectFrom('charge_attempt').select('gateway').where('capture_guid', '=', p.guid)),
        ),
      ),
  ),
})
