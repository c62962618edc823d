import assert from 'node:assert/strict'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeTestFolder } from '../../test/harness/test-folder.ts'
import { mountSmallDisk } from '../../test/harness/test-small-disk.ts'
import { startError } from '../app/start-error.ts'
import { systemRandom } from '../base/random.ts'
import { sandboxSealingKey } from './sealing-key.ts'

test('the sandbox’s key is made once, and nothing is left beside it', (t) => {
  const folder = makeTestFolder('tonegate-key')
  t.after(() => rmSync(folder, { recursive: true }))
  const key = sandboxSealingKey(folder, systemRandom)
  assert.equal(key.length, 32)
  assert.deepEqual(sandboxSealingKey(folder, systemRandom), key)
  assert.deepEqual(readdirSync(folder), ['sealing.key'])
})

test('a full disk leaves no half of a key: it is made once there is room', (t) => {
  const disk = mountSmallDisk(t, { mebibytes: 1 })
  if (!disk) return
  disk.fill()
  assert.throws(
    () => sandboxSealingKey(disk.dataFolder, systemRandom),
    (error) => {
      assert.match(startError(error), /^The data folder cannot be written: the disk is full\. TONEGATE_DATA/)
      return true
    },
  )
  assert.ok(!existsSync(join(disk.dataFolder, 'sealing.key')))
  disk.makeRoom()
  assert.equal(sandboxSealingKey(disk.dataFolder, systemRandom).length, 32)
})
