import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequestIds } from './request-id.ts'

test('a request keeps the name that it came with', () => {
  const idOf = createRequestIds()
  const names = [
    'a',
    'order-17/4',
    '019bc0fd-89c0-751f-a50d-d075345b0cbf',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    'x'.repeat(128),
  ]
  for (const name of names) assert.equal(idOf(name), name)
})

test('a name that is long, odd, twice there or a card number is not taken', () => {
  const idOf = createRequestIds()
  for (const name of [
    undefined,
    '',
    'x'.repeat(129),
    'two words',
    'one, two',
    'line\r\nbreak',
    '"quoted"',
    '<b>',
    'zażółć',
    '4111111111111111',
    '4111-1111-1111-1111',
    'order-5555555555554444-1',
    '٤١١١١١١١١١١١١١١١',
    ['one', 'two'],
  ]) {
    assert.match(idOf(name), /^[a-z]{10}-[0-9a-z]+$/, String(name))
  }
})

test('names of ours do not come twice, in one server or in two', () => {
  const [one, other] = [createRequestIds(), createRequestIds()]
  const names = Array.from({ length: 1_000 }, () => [one(), other()]).flat()
  assert.equal(new Set(names).size, names.length)
})
