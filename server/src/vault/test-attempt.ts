import type { Guid } from '../base/guid.ts'
import type { Store } from '../store/store.ts'
import { prepareVaultRows } from './model/vault-rows.ts'

/** A session, and the charge of 12.40 GBP that was begun in it: what must be there before anything can be said of a payment. */
export async function insertTestAttempt(store: Store, guid = 'session' as Guid): Promise<string> {
  const rows = prepareVaultRows(store)
  const key = `${guid}-1`
  await store.write(async (tx) => {
    await rows.insertSession.run(tx, {
      guid,
      tenant_id: 7,
      sealed_launch: new Uint8Array(1),
      progress: '{}',
      refresh_tokens: '',
      created_at: 1,
      expires_at: 2,
      launch_digest: null,
      awaits_opening: 0,
      session_guid: null,
      owner: store.nodeId,
    })
    await rows.insertAttempt.run(tx, {
      idempotency_key: key,
      capture_guid: guid,
      gateway: 'test',
      amount_minor: 1240,
      currency: 'GBP',
      requested_at: 1,
      purpose: 'charge',
      late_approval: 'record',
      cancel_afterwards: 'refuse',
      held_by: store.nodeId,
      epoch: 0,
    })
  })
  return key
}
