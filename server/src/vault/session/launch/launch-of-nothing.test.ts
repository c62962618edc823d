import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settle, startVault, testGateway, visa } from '../../test-vault.ts'

const nothing = { amountMinor: 0, currency: 'GBP' }
const card = { pan: visa, expiry: '1230', securityCode: '123' }

test('a vault launches no payment of nothing, whatever its caller has let through', async (t) => {
  const vault = await startVault(t)
  for (const purpose of ['charge', 'authorise'] as const) {
    for (const amountMinor of [0, -1240, 0.5, Number.NaN]) {
      await assert.rejects(
        vault.launch({ purpose }, { order: { amountMinor, currency: 'GBP' } }),
        { code: 'invalid-request' },
        `${purpose} ${amountMinor}`,
      )
    }
  }
})

test('a card is verified for nothing, and there is nothing of it to let go', async (t) => {
  const gateway = testGateway({
    answers: async () => ({
      status: 'approved',
      gatewayReference: 'reference-1',
      authorisationCode: 'A1B2C3',
      captured: false,
    }),
  })
  const vault = await startVault(t, { gateway })
  const session = await vault.open(
    { purpose: 'verify', cancelAfterwards: 'void' },
    { order: nothing, entry: 'link' },
  )
  await session.submitCard(card)
  await settle()
  assert.deepEqual(
    gateway.asked.map(({ request }) => [request.purpose, request.order.amountMinor]),
    [['verify', 0]],
  )
  assert.equal(vault.results[0]?.outcome, 'approved')
  assert.equal(await vault.vault.voidAuthorised(session.guid), 'nothing')
})

test('a session of nothing that an older version opened as a charge asks no gateway', async (t) => {
  const gateway = testGateway()
  const vault = await startVault(t, { gateway })
  const { guid } = await vault.launch({ purpose: 'verify' }, { order: nothing, entry: 'link' })
  const session = vault.find(guid)
  Object.assign(session.launch.flow, { purpose: 'charge' })
  await session.submitCard(card)
  await settle()
  assert.deepEqual(gateway.asked, [])
  assert.equal(vault.results[0]?.outcome, 'failed')
})
