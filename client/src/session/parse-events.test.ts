import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createEventParser } from './parse-events.ts'

const read = (...pieces: readonly string[]) => pieces.flatMap(createEventParser())

test('an event is read, however it comes in pieces', () => {
  const stream =
    '\ufeffid: 7\r\nevent: session.progress\r\ndata: {"a":\r\ndata: 1}\r\n\r\n: still here\n\ndata:x\n\n'
  const whole = read(stream)
  assert.deepEqual(whole, [
    { type: 'session.progress', data: '{"a":\n1}', id: '7' },
    { type: 'message', data: 'x', id: '7' },
  ])
  assert.deepEqual(read(...stream), whole)
  for (let at = 1; at < stream.length; at += 1)
    assert.deepEqual(read(stream.slice(0, at), stream.slice(at)), whole)
})

test('lines end by any of the three breaks', () => {
  for (const end of ['\n', '\r\n', '\r']) {
    // A last \r could be the first half of a break.
    assert.deepEqual(read(`event: a${end}data: 1${end}${end}`, ': end'), [{ type: 'a', data: '1', id: '' }])
  }
})

test('half an event is none, nor is one without data', () => {
  assert.deepEqual(read('data: 1\n'), [])
  assert.deepEqual(read('event: a\nid: 3\n\n', 'data: 1\n\n'), [{ type: 'message', data: '1', id: '3' }])
})

test('an event that never ends is given up', () => {
  const parse = createEventParser()
  const megabyte = 'x'.repeat(1024 * 1024)
  assert.throws(() => parse(`data: ${megabyte}`), /more than 1 MiB/)
  const lines = createEventParser()
  assert.throws(() => {
    for (let at = 0; at < 100; at += 1) lines(`data: ${megabyte.slice(0, 20_000)}\n`)
  }, /more than 1 MiB/)
  const empty = createEventParser()
  assert.throws(() => {
    for (let at = 0; at < 20; at += 1) empty('data:\n'.repeat(100_000))
  }, /more than 1 MiB/)
})
