import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../../base/clock.ts'
import { NotReady } from '../../http/not-ready.ts'
import { StoreUnavailable } from '../../store/store-unavailable.ts'
import { createStoreReadiness } from './store-readiness.ts'

test('whoever asks often is answered by one look a second', async () => {
  const clock = createMovableClock()
  let looks = 0
  const ready = createStoreReadiness({
    clock,
    region: 'nam',
    store: {
      async requireWritable() {
        looks += 1
        if (looks === 1) throw new StoreUnavailable('the disk is full', undefined)
      },
    },
  })
  for (let times = 0; times < 3; times += 1) {
    await assert.rejects(ready(), new NotReady('the database of nam cannot be written: the disk is full'))
  }
  await clock.advance(1_000)
  await ready()
  await ready()
  assert.equal(looks, 2)
})

test('it is looked at again in a second also when the time of day is set back', async () => {
  const clock = createMovableClock()
  let looks = 0
  const requireWritable = async () => {
    looks += 1
    if (looks === 1) throw new StoreUnavailable('the disk is full', undefined)
  }
  const ready = createStoreReadiness({ clock, region: 'nam', store: { requireWritable } })
  await assert.rejects(ready(), NotReady)
  clock.setBack(3_600_000)
  await clock.advance(1_000)
  await ready()
})

test('a database that says nothing for four seconds is not ready', async () => {
  const clock = createMovableClock()
  const { promise, resolve } = Promise.withResolvers<void>()
  const store = { requireWritable: () => promise }
  const ready = createStoreReadiness({ clock, store, region: 'nam' })
  const refused = assert.rejects(ready(), new NotReady('the database of nam does not answer'))
  await clock.advance(4_000)
  await refused
  resolve()
  await ready()
})
