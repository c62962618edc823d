import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeTestFolder } from '../../../test/harness/test-folder.ts'
import { firstGuidOf } from '../../base/guid.ts'
import { systemRandom } from '../../base/random.ts'
import { createSealer } from '../../base/seal.ts'
import { openTestStore } from '../../store/test-store.ts'
import { createMessages } from './messages.ts'

test('what becomes of a message is not said to be written before it is', async (t) => {
  const folder = makeTestFolder('tonegate-messages')
  const store = await openTestStore(join(folder, 'nam.db'))
  t.after(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })
  const messages = createMessages({
    store: { ...store, write: () => Promise.reject(new Error('The disk is full.')) },
    sealer: createSealer(Buffer.alloc(32, 1), systemRandom),
  })
  const message = {
    id: firstGuidOf(1),
    accountId: 7,
    configurationId: 0,
    sessionGuid: firstGuidOf(2),
    attempts: [],
    heldUntil: 2000,
    keptUntil: 3000,
    deliveredAt: null,
    type: null,
    body: Buffer.from('{}'),
  }
  const attempt = { at: 1000, milliseconds: 5, status: 503 }
  const full = /The disk is full/
  await assert.rejects(messages.hold(message, 1000, 2000, 10), full)
  await assert.rejects(messages.release([message], 1000), full)
  await assert.rejects(messages.postpone(message, attempt, 4000), full)
  await assert.rejects(messages.settle(message, [attempt], 'delivered', 1000), full)
})
