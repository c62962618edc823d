import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileFault, machineFault } from './file-fault.ts'

const thrown = (code: string) => Object.assign(new Error(`${code}: as the system says it`), { code })

test('what the machine cannot do is told from what a path is wrong about, both in words', () => {
  for (const [code, said] of [
    ['ENOSPC', 'the disk is full'],
    ['EDQUOT', 'the disk quota is used up'],
    ['EROFS', 'the file system is read-only'],
    ['EIO', 'the disk cannot be read or written'],
    ['EMFILE', 'the process cannot open any more files'],
    ['ENFILE', 'the machine cannot open any more files'],
  ] as const) {
    assert.equal(fileFault(thrown(code)), said)
    assert.equal(machineFault(thrown(code)), said)
  }
  for (const code of ['ENOENT', 'EACCES']) {
    assert.doesNotMatch(fileFault(thrown(code)), /[A-Z]{5}/)
    assert.equal(machineFault(thrown(code)), undefined)
  }
})
