import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../clock.ts'
import { createKnownSources } from './known-sources.ts'

const day = 24 * 3_600_000

/** The sources of names, and what was told of them. */
function startSources() {
  const clock = createMovableClock()
  const began = clock.now()
  const told: (readonly [string, string, number, string | undefined])[] = []
  const sources = createKnownSources(clock, ({ name, pair, seenAt, forgottenAt }, forgotten) => {
    assert.equal(forgottenAt, seenAt + 180 * day)
    told.push([name, pair, seenAt - began, forgotten])
  })
  return { ...sources, clock, told }
}

test('a source is known for 180 days, and not a moment more', async () => {
  const { learn, has, clock } = startSources()
  learn('ada', 'ada home')
  await clock.leap(180 * day - 1)
  assert.equal(has('ada', 'ada home'), true)
  await clock.leap(1)
  assert.equal(has('ada', 'ada home'), false)
})

test('it is written down when it becomes known, and once a day while it is used', async () => {
  const { learn, clock, told } = startSources()
  learn('ada', 'ada home')
  learn('ada', 'ada home')
  await clock.leap(day - 1)
  learn('ada', 'ada home')
  assert.equal(told.length, 1)
  await clock.leap(1)
  learn('ada', 'ada home')
  assert.deepEqual(told, [
    ['ada', 'ada home', 0, undefined],
    ['ada', 'ada home', day, undefined],
  ])
})

test('of a name the sixteen are known that were seen last, and no other name’s are forgotten for them', async () => {
  const { learn, has, clock, told } = startSources()
  learn('bob', 'bob 0')
  for (let source = 0; source < 16; source += 1) learn('ada', `ada ${source}`)
  assert.ok(told.every(([, , , forgotten]) => forgotten === undefined))
  await clock.leap(day)
  learn('ada', 'ada 0')
  learn('ada', 'ada 16')
  assert.equal(told.at(-1)?.[3], 'ada 1')
  assert.deepEqual(
    [
      has('ada', 'ada 0'),
      has('ada', 'ada 1'),
      has('ada', 'ada 2'),
      has('ada', 'ada 16'),
      has('bob', 'bob 0'),
    ],
    [true, false, true, true, true],
  )
})

test('what the process before this one has seen is known, with the time at which it was', async () => {
  const { restore, has, learn, clock, told } = startSources()
  restore({ name: 'ada', pair: 'ada home', seenAt: clock.now() - 180 * day + 1 })
  restore({ name: 'ada', pair: 'ada desk', seenAt: clock.now() - 180 * day })
  assert.deepEqual(
    [has('ada', 'ada home'), has('ada', 'ada desk'), has('bob', 'ada home')],
    [true, false, false],
  )
  learn('ada', 'ada home')
  assert.equal(told.length, 1)
})
