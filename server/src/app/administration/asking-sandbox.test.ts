import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { askingSandbox } from './asking-sandbox.ts'

test('a command that waits for its sandbox again and again leaves nothing behind, and Ctrl-C ends its wait', async (t) => {
  const others = process.listeners('SIGINT')
  const stream = new PassThrough()
  const { pause, signal } = askingSandbox('text', { stdout: stream, stderr: stream }, {})
  t.after(() => process.removeAllListeners('SIGTERM'))
  for (let times = 0; times < 20; times += 1) await pause(0)
  assert.equal(getEventListeners(signal, 'abort').length, 0)
  const waiting = pause(600_000)
  for (const end of process.listeners('SIGINT')) if (!others.includes(end)) end('SIGINT')
  await waiting
  assert.ok(signal.aborted)
})
