import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeTestFolder } from '../../../test/harness/test-folder.ts'
import type { BeginBar } from '../../base/text/progress-bar.ts'
import { fileLines } from './file-lines.ts'

function createTestBar() {
  const shown: unknown[] = []
  const beginBar: BeginBar = (all, unit) => {
    shown.push([all, unit])
    return {
      advance: (count, _what, share) => void shown.push(share ?? count),
      end: () => void shown.push('end'),
    }
  }
  return { shown, beginBar }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

test('a bar shows how much of a file was read, and is wiped at its end', async (t) => {
  const folder = makeTestFolder('tonegate-lines')
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'log.jsonl')
  const line = 'x'.repeat(999)
  writeFileSync(file, `${line}\n`.repeat(200))
  const { shown, beginBar } = createTestBar()
  const lines = await Array.fromAsync(fileLines(file, nothing(), beginBar))
  assert.deepEqual([lines.length, new Set(lines)], [200, new Set([line])])
  const [begun, first, ...more] = shown
  assert.deepEqual(begun, [undefined, 'lines'])
  assert.ok(Number(first) > 0 && Number(first) < 0.5, String(first))
  assert.deepEqual(more.slice(-2), [1, 'end'])
})

test('what is piped in is counted, and what is missing is told in plain words', async (t) => {
  const folder = makeTestFolder('tonegate-lines')
  t.after(() => rmSync(folder, { recursive: true }))
  const { shown, beginBar } = createTestBar()
  async function* piped() {
    yield Buffer.from('one\ntw')
    yield Buffer.from('o\n')
  }
  assert.deepEqual(await Array.fromAsync(fileLines('-', piped(), beginBar)), ['one', 'two'])
  assert.deepEqual(shown, [[undefined, 'lines'], 1, 1, 'end'])
  await assert.rejects(
    Array.fromAsync(fileLines(join(folder, 'none'), nothing(), beginBar)),
    /none cannot be read: it does not exist\.$/,
  )
  assert.equal(shown.at(-1), 'end')
})
