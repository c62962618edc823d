import assert from 'node:assert/strict'
import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { makeTestFolder } from '../../test/harness/test-folder.ts'
import { diskFaults } from './disk-faults.ts'

function newFolder(t: TestContext): string {
  const folder = makeTestFolder('tonegate-disk-faults')
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('a folder that is not there is for the sandbox to make, and for production to mount', (t) => {
  const dataFolder = join(newFolder(t), 'data')
  const ask = (mode: 'sandbox' | 'production') => diskFaults({ mode, dataFolder, sealingKeyFile: '' })
  assert.deepEqual(ask('sandbox'), [])
  assert.deepEqual(ask('production'), [
    `TONEGATE_DATA is ${dataFolder}, which does not exist. If it is on a volume, mount it. For a new installation create it: mkdir -m 700 ${dataFolder}`,
  ])
})

test('a file in its place is told', (t) => {
  const file = join(newFolder(t), 'file')
  writeFileSync(file, '')
  assert.deepEqual(diskFaults({ mode: 'sandbox', dataFolder: file, sealingKeyFile: '' }), [
    `TONEGATE_DATA is ${file}, which is a file, not a folder.`,
  ])
})

test('in production a key that others can read or change is refused, and one for a group is not', (t) => {
  const sealingKeyFile = join(newFolder(t), 'key')
  writeFileSync(sealingKeyFile, 'a key')
  const faults = (mode: 'sandbox' | 'production') =>
    diskFaults({ mode, dataFolder: null, sealingKeyFile }).length
  for (const [mode, expected] of [
    [0o604, 1],
    [0o602, 1],
    [0o666, 1],
    [0o400, 0],
    [0o440, 0],
    [0o640, 0],
  ] as const) {
    chmodSync(sealingKeyFile, mode)
    assert.deepEqual([mode, faults('production'), faults('sandbox')], [mode, expected, 0])
  }
})
