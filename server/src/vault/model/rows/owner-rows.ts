import { type SqlBool, sql } from 'kysely'
import type { Guid } from '../../../base/guid.ts'
import { type GoneHolder, holderIn, prepareGoneHolders } from '../../../store/nodes/gone-holders.ts'
import { heldByNobody } from '../../../store/nodes/held-by-nobody.ts'
import type { NodeId } from '../../../store/nodes/node-id.ts'
import type { Store } from '../../../store/store.ts'
import { guidsIn, type ListOfGuids } from './list-of-guids.ts'

/** What its session goes on with. */
const taken = [
  'guid',
  'tenant_id',
  'sealed_launch',
  'progress',
  'sealed_fields',
  'refresh_tokens',
  'created_at',
  'expires_at',
  'view_closed_at',
  'awaits_opening',
  'untold_progress',
  'course',
  'epoch',
  'session_guid',
] as const

/** The statements by which an open `capture_session` has an owner: the node that has it in memory. */
export const prepareOwnerRows = (store: Store) => ({
  ...prepareTakingOver(store),
  ...prepareGivingUp(store),
  /** Who has an open session in memory, or one that has ended since. */
  ownerOf: store.prepare((db, p: { guid: Guid; since: number }) =>
    db
      .selectFrom('capture_session')
      .select(['owner', 'state'])
      .where('guid', '=', p.guid)
      .where((is) => is.or([is('state', '=', sql.lit('open')), is('ended_at', '>', p.since)])),
  ),
})

const prepareTakingOver = (store: Store) => ({
  /** Whose open sessions nobody has in memory. */
  goneOwners: prepareGoneHolders(store, {
    table: 'capture_session',
    column: 'owner',
    only: sql<SqlBool>`state = 'open'`,
  }),
  orphaned: store.prepare((db, p: { before: GoneHolder; limit: number }) =>
    db
      .selectFrom('capture_session')
      .select('guid')
      .where('state', '=', sql.lit('open'))
      .where(holderIn('owner'), '=', p.before)
      .limit(p.limit),
  ),
  /** Makes such sessions one's own: what a former owner of one still writes changes nothing from now on. */
  takeOrphaned: store.prepare((db, p: ListOfGuids & { owner: NodeId }) =>
    db
      .updateTable('capture_session')
      .set((row) => ({ owner: p.owner, epoch: row('epoch', '+', sql.lit(1)) }))
      .where('guid', 'in', (from) =>
        from
          .selectFrom('capture_session')
          .select('guid')
          .where('guid', 'in', guidsIn(p))
          .where('state', '=', sql.lit('open'))
          .where((is) => heldByNobody(is, 'capture_session.owner'))
          .forUpdate()
          .skipLocked(),
      )
      .returning(taken),
  ),
})

const prepareGivingUp = (store: Store) => ({
  /** Leaves a node's open sessions to others, but those that are being charged. */
  giveUp: store.prepare((db, p: { owner: NodeId }) =>
    db
      .updateTable('capture_session')
      .set({ owner: null })
      .where(holderIn('owner'), '=', p.owner)
      .where('state', '=', sql.lit('open'))
      .where((is) =>
        is.not(
          is.exists(
            is
              .selectFrom('charge_attempt')
              .select('gateway')
              .whereRef('charge_attempt.capture_guid', '=', 'capture_session.guid')
              .where('answered_at', 'is', null),
          ),
        ),
      ),
  ),
  /** Locks the row of a session that nobody has taken over from the node that has launched it. */
  lockLaunched: store.prepare((db, p: { guid: Guid }) =>
    db.updateTable('capture_session').set({ epoch: 0 }).where('guid', '=', p.guid).where('epoch', '=', 0),
  ),
  /** Leaves one to others. */
  giveUpOne: store.prepare((db, p: { guid: Guid; owner: NodeId }) =>
    db
      .updateTable('capture_session')
      .set({ owner: null })
      .where('guid', '=', p.guid)
      .where('owner', '=', p.owner)
      .where('state', '=', sql.lit('open')),
  ),
})
