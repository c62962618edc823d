import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { channelPorts, startProcess } from '../../test/harness/test-processes.ts'
import { systemRandom } from '../base/random.ts'
import { createSealer } from '../base/seal.ts'
import { openTestStore } from '../store/test-store.ts'

test('a vault of its own, which has no signing keys, does not start with a key that opens nothing either', async (t) => {
  const ports = await channelPorts()
  const { folder, close } = await startProcess(t, 'vault', ports)
  await close()
  const store = await openTestStore(join(folder, 'nam.db'))
  t.after(() => store.close())
  const sealed = createSealer(Buffer.alloc(32, 9), systemRandom).seal('gateway 7 bank', Buffer.from('{}'))
  const insert = store.prepare((db, _: object) =>
    db.insertInto('gateway_account').values({
      tenant_id: 7,
      name: 'bank',
      kind: 'sandbox',
      created_at: 0,
      updated_at: 0,
      sealed_settings: sealed,
    }),
  )
  await store.write((tx) => insert.run(tx, {}))
  rmSync(join(folder, 'sealing.key'))
  await assert.rejects(startProcess(t, 'vault', await channelPorts(), { folder }), { name: 'NotSealedHere' })
})
