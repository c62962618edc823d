import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../../base/clock.ts'
import { createLog } from '../../base/log.ts'
import type { Client } from '../clients/known-clients.ts'
import { createDeprecationWarnings } from './deprecated-flow.ts'

test('each client is warned of for each flow, once a day (RFC-43)', async () => {
  const clock = createMovableClock()
  const lines: string[] = []
  const warn = createDeprecationWarnings({
    clock,
    log: createLog('warn', { write: (line) => lines.push(line) }),
  })
  const [one, other] = [
    { id: 'one', name: 'Shop' } as unknown as Client,
    { id: 'other' } as unknown as Client,
  ]
  const warned = () => lines.splice(0).map((line) => [JSON.parse(line).clientId, JSON.parse(line).flow])

  warn(one, 'implicit')
  warn(one, 'implicit')
  warn(one, 'password')
  warn(other, 'password')
  assert.deepEqual(warned(), [
    ['one', 'implicit'],
    ['one', 'password'],
    ['other', 'password'],
  ])
  await clock.advance(24 * 3_600_000 - 1)
  warn(one, 'implicit')
  assert.deepEqual(warned(), [])
  await clock.advance(1)
  warn(one, 'implicit')
  warn(one, 'implicit')
  assert.deepEqual(warned(), [['one', 'implicit']])
})
