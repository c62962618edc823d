import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refused } from '../refused.ts'
import { linesOf } from './read-lines.ts'

async function* inPieces(text: string, size: number) {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

test('lines are the same in pieces of any size, the last one also without a break', async () => {
  for (const size of [1, 2, 3, 7, 100]) {
    assert.deepEqual(await Array.fromAsync(linesOf(inPieces('\uFEFFa “b”\n\n😀\nend', size), 'x')), [
      'a “b”',
      '',
      '😀',
      'end',
    ])
  }
  assert.deepEqual(await Array.fromAsync(linesOf(inPieces('a\nb\n', 3), 'x')), ['a', 'b'])
})

test('a file of another kind, with no lines, is refused before it is in memory', async () => {
  let given = 0
  async function* zeros() {
    for (; given < 1000; given += 1) yield Buffer.alloc(64 * 1024)
  }
  await assert.rejects(Array.fromAsync(linesOf(zeros(), 'zeros')), (error) => {
    assert.ok(error instanceof Refused)
    assert.match(
      error.message,
      /^zeros has a line of more than 1048576 characters: it is another kind of file\.$/,
    )
    return true
  })
  assert.ok(given < 20)
})
