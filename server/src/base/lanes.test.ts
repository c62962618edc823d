import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from './clock.ts'
import { createLanes, type Turn } from './lanes.ts'

/** Begins whatever may begin, and says for whom. */
function start({ minRunning }: { readonly minRunning?: number } = {}) {
  const clock = createMovableClock()
  const begun: string[] = []
  const turns = new Map<string, Turn[]>()
  const lanes = createLanes<string>({ clock, roomAgain: beginNext, ...(minRunning && { minRunning }) })

  function beginNext(): void {
    for (let next = lanes.next(); next; next = lanes.next()) {
      const [lane, item] = next
      begun.push(item)
      turns.set(lane.receiver, [...(turns.get(lane.receiver) ?? []), lanes.begin(lane)])
    }
  }

  return {
    clock,
    begun,
    ask(receiver: string, count = 1): void {
      lanes.put(
        lanes.of(receiver),
        Array.from({ length: count }, () => receiver),
      )
      beginNext()
    },
    /** The longest under way for a receiver comes to its end. */
    end(receiver: string, succeeded = true): void {
      turns.get(receiver)?.shift()?.end(succeeded)
      beginNext()
    },
    underWay: (receiver: string) => turns.get(receiver)?.length ?? 0,
  }
}

test('a receiver that does not answer has sixteen under way at first, and two from then on', async () => {
  const { ask, end, underWay, clock } = start()
  ask('slow', 100)
  assert.equal(underWay('slow'), 16)
  await clock.advance(15_000)
  for (let each = 0; each < 16; each += 1) end('slow', false)
  assert.equal(underWay('slow'), 2)
})

test('a receiver that answers quickly has more and more under way, up to 128', () => {
  const { ask, end, underWay } = start()
  ask('quick', 1000)
  for (let each = 0; each < 300; each += 1) end('quick')
  assert.equal(underWay('quick'), 128)
})

test('one that refuses quickly has no more under way than at first', () => {
  const { ask, end, underWay } = start()
  ask('refusing', 100)
  for (let each = 0; each < 50; each += 1) end('refusing', false)
  assert.equal(underWay('refusing'), 16)
})

test('what has been under way for two seconds takes nobody else’s place', async () => {
  const { ask, begun, clock } = start()
  for (let each = 0; each < 600; each += 1) ask(`hanging ${each}`)
  ask('good')
  assert.equal(begun.length, 512)
  await clock.advance(2_000)
  assert.equal(begun.length, 601)
  assert.equal(begun.at(-1), 'good')
  ask('good')
  assert.equal(begun.length, 602)
})

test('receivers take turns, however much waits for one of them', async () => {
  const { ask, begun, clock } = start()
  for (let each = 0; each < 512; each += 1) ask(`hanging ${each}`)
  ask('many', 10)
  ask('few')
  await clock.advance(2_000)
  const next = begun.slice(512, 514)
  assert.deepEqual(next, ['many', 'few'])
})

test('how little may be under way for a slow receiver is settable', async () => {
  const { ask, end, underWay, clock } = start({ minRunning: 8 })
  ask('slow', 100)
  await clock.advance(2_000)
  for (let each = 0; each < 16; each += 1) end('slow', false)
  assert.equal(underWay('slow'), 8)
})
