import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Guid } from '../../base/guid.ts'
import { assertSealedApart } from '../../store/test-sealed-columns.ts'
import { sealedCards } from '../fields/sealed-card.ts'
import { sealedGatewaySettings } from '../gateways/accounts/gateway-accounts.ts'
import { sealedLinkAddresses } from '../links/payment-links.ts'
import { approval, press, settle, startVault, testGateway, visa, wholeCard } from '../test-vault.ts'
import type { GatewayAnswer } from './gateway.ts'
import { sealedChallenges } from './sealed-challenge.ts'
import { sealedLaunches } from './sealed-launch.ts'

type Column = 'sealed_fields' | 'sealed_launch'

/** Two sessions of one vault, and somebody who can write its database. */
async function startTwoSessions(t: TestContext, gateway = testGateway()) {
  const vault = await startVault(t, { gateway })
  const one = await vault.open()
  const other = await vault.open({}, { order: { amountMinor: 99, currency: 'GBP', reference: 'order-2' } })
  return {
    ...vault,
    one,
    other,
    async swap(column: Column) {
      const put = vault.store.prepare((db, p: { guid: Guid; value: Uint8Array | null }) =>
        db
          .updateTable('capture_session')
          .set({ [column]: p.value })
          .where('guid', '=', p.guid),
      )
      const [ofOne, ofOther] = await Promise.all([vault.row(one.guid), vault.row(other.guid)])
      assert.ok(ofOne?.[column] && ofOther?.[column])
      await vault.store.write(async (tx) => {
        await put.run(tx, { guid: one.guid, value: ofOther[column] })
        await put.run(tx, { guid: other.guid, value: ofOne[column] })
      })
    },
  }
}

test('a card that was put into another session’s row comes back in neither', async (t) => {
  const { one, other, swap, restart, find, lines } = await startTwoSessions(t)
  press(one, `${visa}#1230#`)
  press(other, '5555555555554444#1231#')
  await settle()
  await swap('sealed_fields')
  await restart()
  for (const { guid } of [one, other]) {
    const { fields, last4 } = find(guid).view()
    assert.deepEqual([fields.pan.digits, fields.expiry.digits, last4], [0, 0, null])
  }
  assert.equal(lines.filter((line) => /sealed card of a session cannot be decrypted/.test(line)).length, 2)
})

test('a charged card that was put into another session’s row is in neither result', async (t) => {
  const answers = () => new Promise<GatewayAnswer>(() => {})
  const gateway = testGateway({ answers, known: async () => approval })
  const { one, other, swap, restart, results } = await startTwoSessions(t, gateway)
  press(one, `${wholeCard}1`)
  press(other, '5555555555554444#1231#321#1')
  await settle()
  await swap('sealed_fields')
  await restart()
  assert.deepEqual(
    results.map(({ outcome, card }) => [outcome, card]),
    [
      ['approved', undefined],
      ['approved', undefined],
    ],
  )
})

test('a launch that was put into another session’s row is not taken up, and ends its session', async (t) => {
  const { one, other, swap, restart, results, find } = await startTwoSessions(t)
  await swap('sealed_launch')
  await restart()
  assert.deepEqual(
    results.map(({ guid, end, outcome }) => [guid, end, outcome]).sort(),
    [one.guid, other.guid].map((guid) => [guid, 'internal-error', 'unknown']).sort(),
  )
  for (const { guid } of [one, other]) assert.throws(() => find(guid), /the session is open/)
})

test('whatever the vault seals opens in its own row and column alone', () => {
  assertSealedApart([
    ...[sealedCards, sealedLaunches, sealedChallenges, sealedLinkAddresses, sealedGatewaySettings],
  ])
})
