import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Course, readCourse } from './course.ts'

test('what happens twice running is one entry, and what comes back is another', () => {
  let now = 0
  const course = new Course(() => now, undefined)
  assert.equal(course.toJson(), '[]')
  for (const [what, detail] of [
    ['step', 'pan'],
    ['step', 'pan'],
    ['step', 'expiry'],
    ['view-opened'],
    ['view-opened'],
    ['step', 'pan'],
  ] as const) {
    now += 1
    course.note(what, detail)
  }
  assert.deepEqual(readCourse(course.toJson()), [
    { at: 1, what: 'step', detail: 'pan' },
    { at: 3, what: 'step', detail: 'expiry' },
    { at: 4, what: 'view-opened' },
    { at: 6, what: 'step', detail: 'pan' },
  ])
})

test('a link that is sent again is sent twice', () => {
  const course = new Course(() => 1, undefined)
  for (const to of ['email', 'email'] as const) course.note('link-sent', to)
  assert.equal(readCourse(course.toJson()).length, 2)
})

test('a hundred entries are kept, those of the process before counted in', () => {
  const before = new Course(() => 1, '[]')
  for (let each = 0; each < 60; each += 1) before.note('step', String(each))
  const course = new Course(() => 2, before.toJson())
  for (let each = 60; each < 140; each += 1) course.note('step', String(each))
  const kept = readCourse(course.toJson())
  assert.deepEqual([kept.length, kept[59]?.detail, kept[99]?.detail], [100, '59', '99'])
})
