import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { PassThrough, Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { runAdmin } from '../../test/harness/test-admin.ts'
import { makeTestFolder } from '../../test/harness/test-folder.ts'
import { administer } from './administer.ts'

for (const [what, code, told] of [
  ['is full', 'ENOSPC', /^The answer cannot be written to standard output: the disk is full\.\n$/],
  ['has ended', 'EPIPE', /^Not all was written: the program that reads it has ended\.\n$/],
] as const) {
  test(`a command whose answer goes to what ${what} fails in words`, async (t) => {
    const folder = makeTestFolder('tonegate-out')
    t.after(() => rmSync(folder, { recursive: true }))
    const environment = { TONEGATE_DATA: folder, TONEGATE_REGIONS: 'nam' }
    assert.equal((await runAdmin(environment, ['database', 'create'])).code, 0)
    for (const typed of [['audit', 'export'], ['audit', 'list'], ['--help']]) {
      const stdout = new Writable({
        write: (_chunk, _encoding, done) =>
          done(Object.assign(new Error('write'), { code, syscall: 'write' })),
      })
      const stderr = new PassThrough()
      const stdin = Readable.from([Buffer.alloc(0)])
      assert.equal(await administer(typed, environment, { stdin, stdout, stderr }), 1, typed.join(' '))
      stderr.end()
      assert.match(await text(stderr), told, typed.join(' '))
    }
  })
}

test('an export that is a folder, or not there, is refused in words', async (t) => {
  const folder = makeTestFolder('tonegate-out')
  t.after(() => rmSync(folder, { recursive: true }))
  const environment = { TONEGATE_DATA: folder, TONEGATE_REGIONS: 'nam' }
  await runAdmin(environment, ['database', 'create'])
  const isFolder = await runAdmin(environment, ['audit', 'verify', folder])
  assert.deepEqual(isFolder, {
    code: 1,
    answer: '',
    complaint: `${folder} cannot be read: it is a folder.\n`,
  })
  const absent = await runAdmin(environment, ['audit', 'verify', `${folder}/none`])
  assert.equal(absent.complaint, `${folder}/none cannot be read: it does not exist.\n`)
})
