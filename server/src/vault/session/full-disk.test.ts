import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mountSmallDisk } from '../../../test/harness/test-small-disk.ts'
import { StoreUnavailable } from '../../store/store-unavailable.ts'
import type { GatewayAnswer } from '../model/gateway.ts'
import { approval, press, settle, startVault, testGateway, wholeCard } from '../test-vault.ts'

test('with a full disk no charge is begun; with room the same card is charged once', async (t) => {
  const disk = mountSmallDisk(t, { mebibytes: 4 })
  if (!disk) return
  const gateway = testGateway()
  const { open, results } = await startVault(t, { gateway, folder: disk.dataFolder })
  const session = await open()
  press(session, wholeCard)
  await settle()

  disk.fill()
  await assert.rejects(session.pay(), StoreUnavailable)
  assert.equal(gateway.asked.length, 0)
  assert.equal(session.view().state, 'confirming')

  disk.makeRoom()
  await session.pay()
  assert.equal(gateway.asked.length, 1)
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    ['approved'],
  )
})

for (const meanwhile of ['the process goes on', 'the process is killed'] as const) {
  test(`an answer that finds the disk full is not lost: ${meanwhile}`, async (t) => {
    const disk = mountSmallDisk(t, { mebibytes: 4 })
    if (!disk) return
    const { promise, resolve } = Promise.withResolvers<GatewayAnswer>()
    const gateway = testGateway({ answers: () => promise, known: async () => approval })
    const { open, results, clock, restart, row } = await startVault(t, {
      gateway,
      folder: disk.dataFolder,
    })
    const session = await open()
    press(session, wholeCard)
    const paid = session.pay().catch(() => {})
    await settle()
    assert.equal(gateway.asked.length, 1)

    disk.fill()
    resolve(approval)
    await settle()
    assert.equal(session.view().state, 'processing')
    assert.equal((await row(session.guid))?.state, 'open')

    disk.makeRoom()
    if (meanwhile === 'the process is killed') await restart()
    await clock.advance(1_000)
    await settle()
    assert.equal(gateway.asked.length, 1)
    assert.equal((await row(session.guid))?.state, 'ended')
    assert.deepEqual(
      results.map(({ outcome }) => outcome),
      ['approved'],
    )
    if (meanwhile === 'the process goes on') await paid
  })
}
