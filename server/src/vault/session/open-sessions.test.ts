import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Guid } from '../../base/guid.ts'
import type { LastState } from '../model/vault-sessions.ts'
import { flow } from '../test-vault.ts'
import { noProgress, type OpenCardEntry } from './card-entry-host.ts'
import { createOpenSessions } from './open-sessions.ts'

/** Sessions whose state machines say that they were ticked, and do nothing. */
function startSessions() {
  const happened: string[] = []
  let now = 0
  const sessions = createOpenSessions({
    now: () => now,
    wake({ guid }) {
      happened.push(`${guid} woke`)
      return {
        tick() {
          happened.push(`${guid} ticked`)
          return 9_000_000
        },
        suspend: () => void happened.push(`${guid} suspended`),
      } as OpenCardEntry
    },
  })
  const add = (name: string, { idleSeconds = 900, expiresAt = 3_600_000 } = {}) =>
    sessions.add({
      guid: name as Guid,
      epoch: 0,
      launch: {
        ...{ tenant: 7, flow: { ...flow, idleSeconds }, order: { amountMinor: 1, currency: 'GBP' } },
        ...{ initialValues: {}, entry: 'keypad', caller: 'on-call' },
      },
      ...{ expiresAt, activeAt: 0, progress: noProgress('keypad'), sealedFields: null },
      ...{ refreshTokens: '', viewAccess: 'open' },
    })
  return { ...sessions, add, happened, at: (time: number) => (now = time) }
}

const last = { tenant: 7, viewAccess: 'open' } as LastState

test('a session that nobody touches sleeps until its time is over, and not a millisecond longer', () => {
  const { add, tickAll, happened, at } = startSessions()
  assert.equal(add('idle'), 900_000)
  assert.equal(add('short', { expiresAt: 60_000 }), 60_000)
  assert.equal(tickAll(), 60_000)
  at(59_999)
  assert.equal(tickAll(), 60_000)
  assert.deepEqual(happened, [])
  at(60_000)
  assert.equal(tickAll(), 900_000)
  assert.deepEqual(happened, ['short woke', 'short ticked'])
  assert.equal(tickAll(), 900_000)
  assert.deepEqual(happened.slice(2), ['short ticked'], 'who is awake is ticked, and woken once')
})

test('where there is no session, nothing is ever due', () => {
  assert.equal(startSessions().tickAll(), Number.POSITIVE_INFINITY)
})

test('the last state of a session is known for two minutes', () => {
  const { add, end, find, findLastState, at } = startSessions()
  const guid = 'ended' as Guid
  add(guid)
  at(1_000)
  end(guid, last)
  assert.equal(find(guid), undefined)
  at(120_999)
  assert.equal(findLastState(guid)?.viewAccess, 'open')
  at(121_000)
  assert.equal(findLastState(guid), undefined)
})

test('a view that is closed after the end is closed of that session alone', () => {
  const { end, closeLastView, findLastState } = startSessions()
  for (const guid of ['one', 'other'] as Guid[]) end(guid, last)
  closeLastView('one' as Guid)
  closeLastView('nobody' as Guid)
  const of = (guid: string) => findLastState(guid as Guid)?.viewAccess
  assert.deepEqual([of('one'), of('other'), of('nobody')], ['closed', 'open', undefined])
})

test('a thousand last states are known, and of more the newest', () => {
  const { end, findLastState } = startSessions()
  for (let each = 0; each < 1000; each += 1) end(String(each) as Guid, last)
  assert.ok(findLastState('0' as Guid))
  end('1000' as Guid, last)
  const left = Array.from({ length: 1001 }, (_, each) => findLastState(String(each) as Guid))
  assert.equal(left.filter((state) => state === undefined).length, 1)
  assert.ok(left.at(-1))
})

test('a session that is found after the others were suspended takes nothing either', () => {
  const { add, find, suspendAll, happened } = startSessions()
  for (const name of ['awake', 'asleep']) add(name)
  find('awake' as Guid)
  suspendAll()
  assert.deepEqual(happened, ['awake woke', 'awake suspended'])
  find('asleep' as Guid)
  assert.deepEqual(happened.slice(2), ['asleep woke', 'asleep suspended'])
})
