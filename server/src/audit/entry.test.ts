import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalJson, type Json } from './canonical-json.ts'
import { textOf, type WrittenEntry } from './entry.ts'

const entry: WrittenEntry = {
  target: { name: 'a "client"\n', kind: 'client', id: 'c-1' },
  request: 'r-1',
  outcome: 'approved',
  details: { scopes: ['b', 'a'], amountMinor: 1240, changed: ['é', '\u2028'], currency: 'GBP' },
  command: 'client create',
  at: '2026-08-31T12:00:00.000Z',
  actor: { name: 'Zoë', kind: 'operator', client: 'c-2', id: 'zoe' },
  action: 'client.create',
  account: 7,
}

test('an entry’s text is its canonical JSON, whatever its members are', () => {
  const { details: _, name: __, ...rest } = { ...entry, name: undefined }
  for (const each of [entry, rest, { ...rest, account: null, actor: { kind: 'system' } as const }]) {
    assert.equal(textOf(each), canonicalJson(each as unknown as Json))
  }
})

test('canonical JSON has members in the order of their names, and nothing that can be written in two ways', () => {
  assert.equal(
    canonicalJson({ b: [1, 'x', null, true], a: { d: 'é', c: undefined } }),
    '{"a":{"d":"é"},"b":[1,"x",null,true]}',
  )
  assert.throws(() => canonicalJson({ a: 1.5 }), /whole number/)
})
