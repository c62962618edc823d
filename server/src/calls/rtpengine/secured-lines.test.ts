import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Guid } from '../../base/guid.ts'
import type { Engine } from './engine.ts'
import { createSecuredLines } from './secured-lines.ts'

const engine: Engine = {
  ask: async () => ({}),
  working: async () => 1,
  worksSince: (time) => time === 1,
  health: () => ({ engine: 'test', state: 'works', reason: null }),
  close() {},
}

const key = { callId: 'call', tag: 'caller', tone: '4', duration: 80 } as const

function start() {
  const told: string[] = []
  let now = Date.UTC(2026, 10, 29)
  const clock = { now: () => now, elapsed: () => now, after: () => () => {}, every: () => () => {} }
  const events = {
    key: (guid: Guid, tone: string) => void told.push(`${guid} ${tone}`),
    keysLost: (guid: Guid) => void told.push(`${guid} keys lost`),
    lineLost: (guid: Guid) => void told.push(`${guid} line lost`),
    tonesHeard() {},
    platformBack() {},
  }
  const lines = createSecuredLines({
    clock,
    events,
    strayed: ({ callGuid }) => told.push(`${callGuid} strayed`),
  })
  const begin = (guid: string, tag = 'caller') => {
    const leg = { 'call-id': 'call', 'from-tag': tag }
    const line = lines.begin({ callGuid: guid as Guid, leg, engine, mode: null })
    line.blocked = { at: now, time: 1 }
  }
  const pass = (milliseconds: number) => {
    now += milliseconds
  }
  return { lines, told, begin, pass }
}

test('when the clock is set back, keys are lost for a moment and not for as long as it was', () => {
  const { lines, told, begin, pass } = start()
  begin('one')
  pass(-3_600_000)
  lines.key(engine, key, 'connection')
  pass(200)
  lines.key(engine, key, 'connection')
  assert.deepEqual(told, ['one keys lost', 'one 4'])
})

test('a key is told to the call that was secured last, where two have the same side of a call', () => {
  const { lines, told, begin, pass } = start()
  begin('one')
  begin('two')
  pass(200)
  lines.key(engine, key, 'connection')
  lines.remove('two' as Guid)
  lines.key(engine, key, 'connection')
  lines.remove('one' as Guid)
  lines.key(engine, key, 'connection')
  assert.deepEqual(told, ['two 4', 'one 4'])
})

test('a key of the tag that the caller had before is nobody’s', () => {
  const { lines, told, begin, pass } = start()
  begin('one', 'former')
  begin('one', 'caller')
  pass(200)
  lines.key(engine, { ...key, tag: 'former', tone: '7' }, 'connection')
  lines.key(engine, key, 'connection')
  assert.deepEqual(told, ['one 4'])
})

test('a key of an engine that does not have the call is nobody’s, and the call is looked for', () => {
  const { lines, told, begin, pass } = start()
  begin('one')
  pass(200)
  lines.key({ ...engine }, { ...key, tone: '7' }, 'connection')
  lines.key(engine, key, 'connection')
  assert.deepEqual(told, ['one strayed', 'one 4'])
})

test('a line of which nothing was heard for twelve hours is forgotten when another is secured', () => {
  const { lines, begin, pass } = start()
  begin('one')
  pass(12 * 3_600_000)
  begin('two', 'other')
  assert.ok(lines.get('one' as Guid))
  pass(1)
  begin('two', 'other')
  assert.equal(lines.get('one' as Guid), undefined)
  assert.ok(lines.get('two' as Guid))
})

test('a line is told once that it is lost', () => {
  const { lines, told, begin } = start()
  begin('one')
  lines.lost(engine)
  lines.lost(engine)
  assert.deepEqual(told, ['one line lost'])
})

test('no key is told of a time in which the engine works no more', () => {
  const { lines, told, begin, pass } = start()
  begin('one')
  const line = lines.get('one' as Guid)
  if (line?.blocked) line.blocked = { ...line.blocked, time: 0 }
  pass(500)
  lines.key(engine, key, 'connection')
  assert.deepEqual(told, ['one keys lost'])
})
