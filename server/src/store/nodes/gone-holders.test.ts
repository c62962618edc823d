import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { sql } from 'kysely'
import { makeTestFolder } from '../../../test/harness/test-folder.ts'
import type { Guid } from '../../base/guid.ts'
import { openTestStore } from '../test-store.ts'
import { prepareGoneHolders } from './gone-holders.ts'
import type { NodeId } from './node-id.ts'

test('those who hold open sessions and are gone are found, once each, and nobody is among them', async (t) => {
  const folder = makeTestFolder('tonegate-gone-holders')
  const store = await openTestStore(join(folder, 'nam.db'))
  t.after(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })
  const insert = store.prepare(
    (db, p: { guid: Guid; owner: NodeId | null; state: 'open' | 'ended'; progress: string }) =>
      db.insertInto('capture_session').values({
        ...{ guid: p.guid, owner: p.owner, state: p.state, progress: p.progress },
        ...{ tenant_id: 1, refresh_tokens: '', created_at: 0, expires_at: 0 },
      } as never),
  )
  const gone = prepareGoneHolders(store, {
    table: 'capture_session',
    column: 'owner',
    only: sql`state = 'open'`,
  })
  const found = async () => (await gone.all(store.reader, {})).map(({ id }) => id).sort()
  const hold = (owner: string | null, state: 'open' | 'ended', count: number) =>
    store.write(async (tx) => {
      for (let each = 0; each < count; each += 1)
        await insert.run(tx, {
          guid: `${owner} ${state} ${each}` as Guid,
          owner: owner as NodeId | null,
          state,
          progress: '',
        })
    })

  assert.deepEqual(await found(), [])
  await hold(store.nodeId, 'open', 3)
  await hold('a', 'ended', 3)
  assert.deepEqual(await found(), [])
  await hold('b', 'open', 3)
  await hold('z', 'open', 3)
  assert.deepEqual(await found(), ['b', 'z'])
  await hold(null, 'open', 3)
  assert.deepEqual(await found(), ['', 'b', 'z'])
})
