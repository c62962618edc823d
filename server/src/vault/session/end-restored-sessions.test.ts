import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Guid } from '../../base/guid.ts'
import type { GatewayAnswer } from '../model/gateway.ts'
import { approval, press, settle, startVault, testGateway, testSealer, wholeCard } from '../test-vault.ts'
import { prepareEndRestoredSessions } from './end-restored-sessions.ts'

/** A vault, whose database is made safe as after a restore, and a gateway that knows what the test says. */
async function startRestored(t: TestContext) {
  const paid = new Set<string>()
  const voided: string[] = []
  const known = async (key: string): Promise<GatewayAnswer | undefined> =>
    paid.has(key) ? approval : undefined
  const gateway = {
    ...testGateway({ answers: () => new Promise(() => {}), known }),
    async void({ idempotencyKey }: { readonly idempotencyKey: string }) {
      voided.push(idempotencyKey)
      return { status: 'done' } as const
    },
  }
  const vault = await startVault(t, { gateway })
  return {
    ...vault,
    gateway,
    voided,
    isOpen: ({ guid }: { readonly guid: Guid }) => vault.vault.find(guid) !== undefined,
    paidSince: ({ guid }: { readonly guid: Guid }) => void paid.add(`${guid}-1`),
    async makeSafe() {
      const { store, clock } = vault
      const end = prepareEndRestoredSessions({ store, sealer: testSealer, clock })
      return store.write(end)
    },
    outcomesOf: ({ guid }: { readonly guid: Guid }) =>
      vault.results.filter((result) => result.guid === guid).map(({ outcome }) => outcome),
  }
}

test('sessions that were open end as unknown, and their gateway says of each whether it was paid since', async (t) => {
  const { open, row, makeSafe, restart, paidSince, outcomesOf, gateway, isOpen } = await startRestored(t)
  const [paid, typed, unpaid] = [await open(), await open(), await open()]
  press(typed, wholeCard)
  await settle()
  assert.ok((await row(typed.guid))?.sealed_fields)
  paidSince(paid)
  assert.deepEqual(await makeSafe(), { sessions: 3, toReconcile: 3 })
  for (const { guid } of [paid, typed, unpaid]) {
    const { state, sealed_fields, sealed_launch, refresh_tokens } = (await row(guid)) ?? {}
    assert.deepEqual([state, sealed_fields, sealed_launch, refresh_tokens], ['ended', null, null, ''])
  }
  await restart()
  assert.ok(!isOpen(paid))
  assert.deepEqual(outcomesOf(paid), ['unknown', 'approved'])
  assert.deepEqual(outcomesOf(typed), ['unknown'])
  assert.deepEqual(outcomesOf(unpaid), ['unknown'])
  assert.equal(gateway.asked.length, 0, 'nothing is charged')
})

test('what was approved since is kept, whatever the flow says of late approvals', async (t) => {
  const { open, makeSafe, restart, paidSince, outcomesOf, voided, attempts } = await startRestored(t)
  const [open1, underWay] = [await open({ lateApproval: 'void' }), await open({ lateApproval: 'void' })]
  press(underWay, `${wholeCard}1`)
  await settle()
  assert.equal((await attempts(underWay.guid)).length, 1)
  for (const session of [open1, underWay]) paidSince(session)
  assert.deepEqual(await makeSafe(), { sessions: 2, toReconcile: 2 })
  await restart()
  for (const session of [open1, underWay]) assert.deepEqual(outcomesOf(session), ['unknown', 'approved'])
  assert.deepEqual(voided, [])
})

test('an outcome that was looked for still is asked about at once; what had ended stays as it is', async (t) => {
  const { open, makeSafe, restart, paidSince, outcomesOf, clock } = await startRestored(t)
  const [lost, cancelled] = [await open(), await open()]
  press(lost, `${wholeCard}1`)
  await settle()
  await cancelled.cancel()
  await clock.advance(30_000)
  await settle()
  assert.deepEqual(outcomesOf(lost), ['unknown'])
  assert.deepEqual(await makeSafe(), { sessions: 0, toReconcile: 1 })
  paidSince(lost)
  await restart()
  assert.deepEqual(outcomesOf(lost), ['unknown', 'approved'])
  assert.deepEqual(outcomesOf(cancelled), ['cancelled'])
})

test('a session that cannot be read ends too', async (t) => {
  const { open, store, row, makeSafe, restart, outcomesOf, attempts } = await startRestored(t)
  const damaged = await open()
  const damage = store.prepare((db, p: { value: Uint8Array }) =>
    db.updateTable('capture_session').set({ sealed_launch: p.value }),
  )
  await store.write((tx) => damage.run(tx, { value: Buffer.from('no launch') }))
  assert.deepEqual(await makeSafe(), { sessions: 1, toReconcile: 0 })
  await restart()
  assert.deepEqual(outcomesOf(damaged), ['unknown'])
  assert.equal((await row(damaged.guid))?.state, 'ended')
  assert.deepEqual(await attempts(damaged.guid), [])
})
