import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { PassThrough, Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { runAdmin } from '../../test/harness/test-admin.ts'
import { makeTestFolder } from '../../test/harness/test-folder.ts'
import { administer } from './administration/administer.ts'

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

test('a complaint that cannot be written changes no exit code', async () => {
  const stderr = new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error('write'), { code: 'ENOSPC' })),
  })
  const stdin = Readable.from([Buffer.alloc(0)])
  assert.equal(await administer(['nonsense'], {}, { stdin, stdout: new PassThrough(), stderr }), 2)
  await new Promise(setImmediate)
  assert.ok(stderr.destroyed)
})

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

test('what takes long draws its bar on a terminal, and nothing for programs or where it is piped on', async (t) => {
  const folder = makeTestFolder('tonegate-out')
  t.after(() => rmSync(folder, { recursive: true }))
  const environment = { TONEGATE_DATA: folder, TONEGATE_REGIONS: 'nam' }
  await runAdmin(environment, ['database', 'create'])
  async function complained(typed: readonly string[], isTTY: boolean): Promise<string> {
    const [stdout, stderr] = [new PassThrough(), Object.assign(new PassThrough(), { isTTY })]
    const stdin = Readable.from([Buffer.alloc(0)])
    assert.equal(await administer(typed, environment, { stdin, stdout, stderr }), 0, typed.join(' '))
    stderr.end()
    return text(stderr)
  }
  const [first, second, third] = ['1', '2', '3'].map((name) => `${folder}/backup${name}`) as [
    string,
    string,
    string,
  ]
  assert.equal(await complained(['backup', 'create', first], true), '\r\u001b[K')
  assert.equal(await complained(['backup', 'create', second, '--json'], true), '')
  assert.equal(await complained(['backup', 'create', third], false), '')
  for (const typed of [
    ['backup', 'verify', first],
    ['audit', 'verify'],
    ['audit', 'export'],
  ]) {
    assert.equal(await complained(typed, true), '\r\u001b[K', typed.join(' '))
    assert.equal(await complained([...typed, '--json'], true), '', typed.join(' '))
  }
  const rotated = await complained(['sealing-key', 'rotate'], true)
  assert.deepEqual([rotated.includes('\r\u001b[K'), rotated.replaceAll('\r\u001b[K', '')], [true, ''])
})
