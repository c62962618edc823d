import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { until } from '../../test/harness/test-until.ts'
import { approved, startPayments } from './test-payments.ts'

const minute = 60_000

test('what is removed is gone from the database’s files, of many sessions of any size', async (t) => {
  const { open, payments, clock, file, sessions, store } = await startPayments(t)
  const withResult = store.prepare((db, _: object) =>
    db.selectFrom('payment_session').select('guid').where('sealed_payment_data', 'is not', null),
  )
  const guids: Parameters<typeof approved>[0][] = []
  for (let at = 0; at < 600; at += 1) {
    const filler = `${String(at)} Kaltes-Klares-Wasser `.repeat(1 + ((at * 7) % 23))
    const { providerSessionGuid } = await open({ paymentData: { Street1: filler, Amount: '12.40' } })
    guids.push(providerSessionGuid)
    if (at % 3 === 0) await payments.reports.recordResult(approved(providerSessionGuid))
  }
  for (const guid of guids) await payments.reports.recordResult(approved(guid))
  await store.scrub()
  assert.ok(!readFileSync(file).includes('Kaltes-Klares-Wasser'))

  await clock.advance(15 * minute)
  payments.start()
  await until(async () => {
    await clock.advance(0)
    return (await withResult.all(store.reader, {})).length === 0
  })
  await payments.close()
  assert.equal(readFileSync(`${file}-wal`).length, 0)
  for (const each of [file, `${file}-wal`]) {
    assert.ok(!existsSync(each) || !readFileSync(each).includes('Kaltes-Klares-Wasser'), each)
  }
  assert.equal(await sessions(), 600)
})
