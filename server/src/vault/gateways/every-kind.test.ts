import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { killedGateways } from '../charge/test-killed-gateways.ts'
import { gatewayKinds } from './kinds.ts'

const kinds = Object.keys(gatewayKinds).sort()

test('every kind has its charges killed between every two steps', () => {
  assert.deepEqual(Object.keys(killedGateways).sort(), kinds)
})

test('every kind plays random stories, for as long as one likes', () => {
  const soak = readFileSync(new URL('adapters.soak.ts', import.meta.url), 'utf8')
  const played = [...soak.matchAll(/(\w+): \w+Subject\b/g)].map(([, kind]) => kind)
  assert.deepEqual(played.sort(), kinds)
})
