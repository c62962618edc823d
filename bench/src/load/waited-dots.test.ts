import assert from 'node:assert/strict'
import { test } from 'node:test'
import { waitForDots } from './waited-dots.ts'

test('each key is shown once, whatever else the screen shows', () => {
  const dots = waitForDots()
  assert.equal(dots.next(100), '4')
  assert.equal(dots.shown(0), undefined)
  assert.equal(dots.shown(1), 100)
  assert.equal(dots.shown(1), undefined)
  assert.equal(dots.next(200), '1')
  assert.equal(dots.next(300), '2')
  assert.equal(dots.waiting, 2)
  assert.equal(dots.shown(2), 200)
  assert.equal(dots.shown(3), 300)
  assert.equal(dots.settle(), 0)
})

test('an entry of fifteen digits is cleared, and begins again', () => {
  const dots = waitForDots()
  const keys = Array.from({ length: 17 }, (_, index) => dots.next(index)).join('')
  assert.equal(keys, '412356789041235*4')
  for (let key = 0; key < 15; key += 1) assert.equal(dots.shown(key + 1), key)
  assert.equal(dots.shown(0), 15)
  assert.equal(dots.shown(1), 16)
  assert.equal(dots.settle(), 0)
})

test('keys that are not shown are lost, also where the entry is cleared behind them', () => {
  const dots = waitForDots()
  for (let key = 0; key < 16; key += 1) dots.next(key)
  for (let key = 0; key < 14; key += 1) assert.equal(dots.shown(key + 1), key)
  assert.equal(dots.shown(0), 15)
  assert.equal(dots.waiting, 0)
  assert.equal(dots.settle(), 1)
  dots.next(20)
  dots.next(21)
  assert.equal(dots.shown(1), 20)
  assert.equal(dots.settle(), 1)
  assert.equal(dots.settle(), 0)
})

test('behind lost keys, the next are counted from what is shown', () => {
  const dots = waitForDots()
  dots.next(0)
  dots.next(1)
  assert.equal(dots.shown(1), 0)
  assert.equal(dots.settle(), 1)
  assert.equal(dots.next(2), '1')
  assert.equal(dots.shown(2), 2)
  assert.equal(dots.settle(), 0)
})

test('each screen is cleared at another time', () => {
  const keysOf = (screen: number) => {
    const dots = waitForDots(screen)
    return Array.from({ length: 20 }, (_, index) => dots.next(index)).join('')
  }
  assert.equal(keysOf(0), '4*412356789041235*41')
  assert.equal(keysOf(1), '41*412356789041235*4')
  assert.equal(keysOf(14), '412356789041235*4123')
  assert.equal(keysOf(15), keysOf(0))
})
