import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Guid } from '../../../base/guid.ts'
import type { GatewayAnswer } from '../../model/gateway.ts'
import { approval, press, settle, startVault, testGateway, visa, wholeCard } from '../../test-vault.ts'

/** A vault, and somebody who can write its database. */
async function startDamaged(t: TestContext, gateway = testGateway()) {
  const vault = await startVault(t, { gateway })
  return {
    ...vault,
    isOpen: (guid: Guid) => vault.vault.find(guid) !== undefined,
    async damage(guid: Guid, column: string, value: unknown) {
      const put = vault.store.prepare((db, p: { guid: Guid; value: unknown }) =>
        db
          .updateTable('capture_session')
          .set({ [column]: p.value })
          .where('guid', '=', p.guid),
      )
      await vault.store.write((tx) => put.run(tx, { guid, value }))
    },
  }
}

/** The line of the log about a session that cannot be read. */
const lineAbout = (lines: readonly string[], guid: Guid) =>
  lines.map((line) => JSON.parse(line)).filter(({ capture, level }) => capture === guid && level === 50)

const unknown = { end: 'internal-error', outcome: 'unknown' } as const

for (const [what, column, value] of [
  ['a launch that was changed', 'sealed_launch', 'changed'],
  ['a launch that is nothing sealed', 'sealed_launch', Buffer.from('4111 John')],
  ['progress that is no JSON', 'progress', '{"begun":4111'],
  ['progress of nothing', 'progress', 'null'],
  ['progress of another kind', 'progress', '{"link":4111}'],
  ['progress without counts', 'progress', '{"wrong":{"pan":"4111"}}'],
  [
    'an address that was changed',
    'progress',
    '{"link":{"generation":0,"opened":false,"sends":1,"sent":{"channel":"sms","sealedAddress":"4111","state":"sent"}}}',
  ],
  ['a course that is no JSON', 'course', '[4111'],
] as const) {
  test(`${what} ends its session alone`, async (t) => {
    const { open, row, damage, restart, find, isOpen, results, lines, attempts } = await startDamaged(t)
    const [damaged, other] = [await open(), await open()]
    press(other, `${visa}#`)
    press(damaged, '1')
    await settle()
    const launch = (await row(damaged.guid))?.sealed_launch
    await damage(
      damaged.guid,
      column,
      value === 'changed' ? launch?.map((byte, at) => (at === 40 ? byte ^ 1 : byte)) : value,
    )
    await restart()
    assert.deepEqual(results, [{ guid: damaged.guid, ...unknown }])
    assert.ok(!isOpen(damaged.guid))
    const { state, sealed_launch, sealed_fields, result } = (await row(damaged.guid)) ?? {}
    assert.deepEqual([state, sealed_launch, sealed_fields, result], ['ended', null, null, null])
    assert.deepEqual(await attempts(damaged.guid), [])
    assert.equal(lineAbout(lines, damaged.guid).length, 1)
    assert.ok(!JSON.stringify(lineAbout(lines, damaged.guid)).includes('4111'))
    assert.equal(find(other.guid).view().fields.pan.state, 'complete')
    await restart()
    assert.equal(results.length, 1, 'it ends once')
    press(find(other.guid), '1230#123#1')
    await settle()
    assert.equal(results[1]?.outcome, 'approved')
  })
}

test('a charge that was under way in a session that cannot be read is looked for', async (t) => {
  let known: GatewayAnswer | undefined
  const gateway = testGateway({ answers: () => new Promise(() => {}), known: async () => known })
  const { open, damage, restart, results, clock, row } = await startDamaged(t, gateway)
  const paying = await open()
  press(paying, `${wholeCard}1`)
  await settle()
  await damage(paying.guid, 'progress', '')
  await restart()
  const card = { brand: 'visa', last4: '1111', expiry: '1230' }
  assert.deepEqual(results, [{ guid: paying.guid, end: 'payment-connector-error', outcome: 'unknown', card }])
  known = approval
  await clock.advance(30_000)
  await settle()
  const [, second] = results
  assert.deepEqual(
    [second?.guid, second?.outcome, second?.correction, second?.card],
    [paying.guid, 'approved', 'reconciled', card],
  )
  assert.equal(gateway.asked.length, 1, 'nothing is charged a second time')
  assert.equal((await row(paying.guid))?.sealed_fields, null)
})

test('a charged card that was changed is missing from the result alone', async (t) => {
  const gateway = testGateway({ answers: () => new Promise(() => {}), known: async () => approval })
  const { open, damage, restart, results, find } = await startDamaged(t, gateway)
  const [paying, other] = [await open(), await open()]
  press(paying, `${wholeCard}1`)
  await settle()
  await damage(paying.guid, 'sealed_fields', Buffer.from('no card'))
  await restart()
  assert.deepEqual(
    results.map(({ guid, outcome, card }) => [guid, outcome, card]),
    [[paying.guid, 'approved', undefined]],
  )
  assert.ok(find(other.guid))
})

for (const [what, ending, expected] of [
  ['with what is known of its end', undefined, { end: 'cancelled', outcome: 'cancelled' }],
  ['as an error where nothing is', '{', unknown],
] as const) {
  test(`a result that cannot be read is reported ${what}`, async (t) => {
    const { open, damage, restart, results, find, lines, takeResultsBy, row } = await startDamaged(t)
    const [ended, other] = [await open(), await open()]
    takeResultsBy(() => Promise.reject(new Error('Not now.')))
    await ended.cancel()
    await damage(ended.guid, 'result', '{"guid":"4111')
    if (ending) await damage(ended.guid, 'ending', ending)
    takeResultsBy(async () => {})
    lines.length = 0
    await restart()
    assert.deepEqual(results, [{ guid: ended.guid, ...expected }])
    assert.equal((await row(ended.guid))?.result, null)
    assert.equal(lineAbout(lines, ended.guid).length, 1)
    assert.ok(!lines.join('').includes('4111'))
    assert.ok(find(other.guid))
  })
}
