import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Guid } from '../../base/guid.ts'
import type { LastState } from '../model/vault-sessions.ts'
import { flow } from '../test-vault.ts'
import { noProgress, type OpenCardEntry } from './card-entry-host.ts'
import { createOpenSessions, type SessionSource } from './open-sessions.ts'

/** Open sessions whose state machines are at the stage that they are told. */
function startSessions() {
  const woken: string[] = []
  const stages = new Map<string, ReturnType<OpenCardEntry['stage']>>()
  const sessions = createOpenSessions({
    now: () => 0,
    wake({ guid }) {
      woken.push(guid)
      return {
        stage: () => stages.get(guid) ?? 'waiting',
        tick: () => 0,
        suspend() {},
      } as unknown as OpenCardEntry
    },
  })
  const add = (guid: string, launch: object, begun = false) =>
    sessions.add({
      guid: guid as Guid,
      launch: { flow, ...launch },
      progress: { ...noProgress('keypad'), begun },
    } as SessionSource)
  const wake = (guid: string, stage: ReturnType<OpenCardEntry['stage']>) => {
    stages.set(guid, stage)
    sessions.find(guid as Guid)
  }
  return { ...sessions, add, wake, woken }
}

const keypad = { entry: 'keypad' }

test('open sessions are counted by kind and stage; one that sleeps is not woken, and one that ends is left out', () => {
  const { add, wake, count, woken } = startSessions()
  add('asleep', keypad)
  add('begun', keypad, true)
  add('opened', keypad)
  add('asked', keypad)
  add('ending', keypad)
  add('linked', { entry: 'link' })
  add('kept', { entry: 'keypad', keptCard: { token: 'a secret' } })
  wake('opened', 'waiting')
  wake('asked', 'confirming')
  wake('ending', 'ended')
  wake('linked', 'processing')
  wake('kept', 'processing')
  assert.deepEqual(count(), [
    { kind: 'keypad', stage: 'waiting', sessions: 2 },
    { kind: 'keypad', stage: 'capturing', sessions: 1 },
    { kind: 'keypad', stage: 'confirming', sessions: 1 },
    { kind: 'link', stage: 'processing', sessions: 1 },
    { kind: 'kept-card', stage: 'processing', sessions: 1 },
  ])
  assert.deepEqual(woken, ['opened', 'asked', 'ending', 'linked', 'kept'])
})

test('a session that is gone is not counted, whether it slept or not, and one that is added twice counts once', () => {
  const { add, wake, count, remove, end } = startSessions()
  for (const guid of ['asleep', 'awake', 'ended', 'twice', 'twice', 'again', 'again']) add(guid, keypad)
  for (const guid of ['awake', 'ended', 'again']) wake(guid, 'capturing')
  add('again', keypad)
  assert.deepEqual(count(), [
    { kind: 'keypad', stage: 'waiting', sessions: 3 },
    { kind: 'keypad', stage: 'capturing', sessions: 2 },
  ])
  for (const guid of ['asleep', 'awake', 'twice', 'again', 'again']) remove(guid as Guid)
  end('ended' as Guid, {} as LastState)
  assert.deepEqual(count(), [])
})
