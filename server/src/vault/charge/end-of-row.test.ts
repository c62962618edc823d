import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import type { Store } from '../../store/store.ts'
import type { VaultRows } from '../model/vault-rows.ts'
import { endOfRow } from './end-of-row.ts'

const guid = 'session' as Guid

interface Row {
  readonly state: string
  readonly result: string | null
  readonly ending: string | null
}

const open: Row = { state: 'open', result: null, ending: null }

/** Waits for the end of a row that is as the test says; and at which milliseconds it was looked at. */
function startWaiting(first: Row | undefined) {
  const clock = createMovableClock(0)
  const closing = new AbortController()
  const looked: number[] = []
  let row = first
  const rows = {
    ending: {
      first: async () => {
        looked.push(clock.now())
        return row
      },
    },
  } as unknown as VaultRows
  const end = endOfRow(guid, { store: {} as Store, rows, clock, closing: closing.signal })
  return { clock, closing, looked, end, become: (next: Row) => (row = next) }
}

test('a row says its result, or what it still knows of its end', async () => {
  const result = { guid, end: 'success', outcome: 'approved' }
  const { end } = startWaiting({ state: 'ended', result: JSON.stringify(result), ending: '{}' })
  assert.deepEqual(await end, result)
  const declined = {
    end: 'success',
    outcome: 'declined',
    declineReason: 'expired-card',
    merchantName: 'Quay',
  }
  assert.deepEqual(
    await startWaiting({ state: 'ended', result: null, ending: JSON.stringify(declined) }).end,
    { guid, end: 'success', outcome: 'declined', charge: { declineReason: 'expired-card' } },
  )
})

test('one that has ended and knows nothing more, because it could not be read, is an error and unknown', async () => {
  const { end } = startWaiting({ ...open, state: 'ended' })
  assert.deepEqual(await end, { guid, end: 'internal-error', outcome: 'unknown' })
})

test('an open one is looked at after a quarter of a second, then less often, every ten seconds at least', async () => {
  const { clock, looked, end, become } = startWaiting(open)
  await clock.advance(249)
  assert.deepEqual(looked, [0])
  await clock.advance(1)
  await clock.advance(35_500)
  assert.deepEqual(looked, [0, 250, 750, 1_750, 3_750, 7_750, 15_750, 25_750, 35_750])
  become({ ...open, state: 'ended', result: '{"end":"timeout"}' })
  await clock.advance(10_000)
  assert.equal((await end).end, 'timeout')
})

test('nobody waits for a row that is not there, nor when the process closes', async () => {
  await assert.rejects(startWaiting(undefined).end, { code: 'provider-unavailable' })
  const { end, closing, looked } = startWaiting(open)
  await new Promise((resolve) => setImmediate(resolve))
  closing.abort()
  await assert.rejects(end, { code: 'provider-unavailable' })
  assert.equal(looked.length, 2)
})
