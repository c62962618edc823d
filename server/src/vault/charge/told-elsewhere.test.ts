import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Guid } from '../../base/guid.ts'
import type { Gateway, GatewayAnswer, GatewayChallenge } from '../model/gateway.ts'
import { startTwoVaults } from '../test-two-vaults.ts'
import { approval, settle, testGateway, visa } from '../test-vault.ts'

const told = { id: '1', about: 'payment', gatewayCode: 'told' }
const card = { pan: visa, expiry: '1230', securityCode: '123' }

/** A customer at the bank, sent there by one of two nodes; their gateway tells the other. */
async function startAtBank(
  t: TestContext,
  answers: () => Promise<GatewayAnswer | GatewayChallenge> = async () => ({
    status: 'challenge',
    challenge: { url: 'https://bank.example/', fields: { creq: 'a' } },
  }),
) {
  const state: { known?: GatewayAnswer } = {}
  const elsewhere: [Guid, string][] = []
  const gateway: Gateway = {
    ...testGateway({ answers, known: async () => state.known }),
    readNotifications: ({ body }) => JSON.parse(body.toString()),
  }
  const vaults = await startTwoVaults(t, {
    gateway,
    toldElsewhere: (guid, key) => void elsewhere.push([guid, key]),
  })
  const { guid, here } = await vaults.session()
  const paying = here.submitCard(card)
  await settle()
  const tell = (at: typeof vaults.one) =>
    at.vault.notifications.take(
      { tenant: 7, name: 'test' },
      { headers: {}, body: Buffer.from(JSON.stringify([{ ...told, key: `${guid}-1` }])) },
    )
  return { ...vaults, guid, paying, state, elsewhere, tell }
}

test('what is told at a node that has not the session is handed on to the one that has', async (t) => {
  const { one, other, guid, paying, state, elsewhere, tell, results } = await startAtBank(t)
  state.known = approval
  await tell(other)
  await settle()
  assert.deepEqual(elsewhere, [[guid, `${guid}-1`]])
  assert.deepEqual(results, [])
  one.vault.told(`${guid}-1`)
  await paying
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    ['approved'],
  )
})

test('what is told of a payment that is answered is handed on to nobody', async (t) => {
  const { one, other, guid, paying, state, elsewhere, tell } = await startAtBank(t)
  state.known = approval
  await tell(one)
  await paying
  other.vault.told(`${guid}-1`)
  await settle()
  assert.deepEqual(elsewhere, [])
})

test('what is told at the node that has the session, while it asks for the money, is handed on to nobody', async (t) => {
  const given = Promise.withResolvers<GatewayAnswer>()
  const { clock, one, tell, elsewhere, results, state } = await startAtBank(t, () => given.promise)
  await tell(one)
  await settle()
  assert.deepEqual(elsewhere, [])
  state.known = approval
  await clock.advance(31_000)
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    ['unknown', 'approved'],
    'it is asked for as soon as nobody waits for an answer',
  )
})
