import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { createProgress, type ProgressStream } from './progress.ts'

/** What is shown of so many rows, on a terminal or not, a second after the beginning. */
async function shownOn(isTTY: boolean): Promise<string> {
  const stream: ProgressStream & PassThrough = Object.assign(new PassThrough(), { isTTY })
  const times = [0, 0, 1_000, 1_000]
  const clock = { elapsed: () => times.shift() ?? 1_000 }
  const { begins, pause, end } = createProgress(stream, { clock, gently: false })
  await begins({ name: 'payment_session', columns: [], key: [] })
  await pause(500)
  end()
  stream.end()
  return text(stream)
}

test('how far it is, is shown on a terminal and wiped at the end; elsewhere nothing is', async () => {
  assert.equal(await shownOn(true), '\r\u001b[K500 rows, payment_session\r\u001b[K')
  assert.equal(await shownOn(false), '')
})
