import assert from 'node:assert/strict'
import { test } from 'node:test'
import { customerOf } from '../gateways/customer-of.ts'
import type { AuthorisationRequest } from '../model/gateway.ts'
import { approval, press, settle, startVault, testGateway, wholeCard } from '../test-vault.ts'

test('a gateway is given every text on one line, and counts that', async (t) => {
  const seen: Pick<AuthorisationRequest, 'order' | 'initialValues'>[] = []
  const gateway = testGateway({
    async answers({ order, initialValues }) {
      seen.push({ order, initialValues })
      return approval
    },
  })
  const { open } = await startVault(t, { gateway })
  // As it came it has more than the hundred characters that a gateway takes of it.
  const street = `1 Market Street${'\r\n'.repeat(50)}Suite 300`
  const session = await open(
    {},
    {
      order: { amountMinor: 1240, currency: 'GBP', reference: 'order\n1\u2028a' },
      initialValues: { Street1: street, Surname: 'O\tNeil', City: null, Note: ' as it is ' },
    },
  )
  press(session, `${wholeCard}1`)
  await settle()
  const [asked] = seen
  assert.equal(asked?.order.reference, 'order 1 a')
  assert.deepEqual(asked?.initialValues, {
    Street1: '1 Market Street Suite 300',
    Surname: 'O Neil',
    City: null,
    Note: ' as it is ',
  })
  assert.equal(customerOf(asked?.initialValues ?? {}).street, '1 Market Street Suite 300')
  assert.equal(session.view().order.reference, 'order\n1\u2028a', 'a desktop is told what its program sent')
})
