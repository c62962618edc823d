import assert from 'node:assert/strict'
import { test } from 'node:test'
import { press } from '../../test-vault.ts'
import { movedByStore } from '../test-ledger.ts'
import type { StartSubject } from '../test-subject.ts'
import { attemptsOf, inVault } from './test-in-vault.ts'

const repeatedCard = '5555341244441115#1230#737#'

/** How a gateway may repeat that card. */
const repeated: readonly (readonly [string, unknown])[] = [
  ['as it is', '5555341244441115'],
  ['in groups', '5555 3412 4444 1115'],
  ['with dashes', 'card 5555-3412-4444-1115 was charged'],
  ['with other separators', '5555/3412_4444,1115'],
  ['with words between', '5555 and 3412 and 4444 and 1115'],
  ['in lines', '5555\n3412\n4444\n1115'],
  ['in other digits', '５５５５３４１２４４４４１１１５'],
  ['with what is not seen', '5555\u200b3412\u00a04444\u00ad1115'],
  ['with all that comes with it', '5555341244441115/12/30/737'],
  ['without a gap', '55553412444411151230737'],
  ['as a track', ';5555341244441115=30121010000073700000?'],
  ['in JSON', '{"number":"5555 3412 4444 1115","cvv":"737"}'],
  ['in escapes', '\\u0035555\\u00203412%204444&#32;1115'],
  ['as a number', 5_555_341_244_441_115],
  ['behind a long text', `${'x'.repeat(245)}5555341244441115`],
  ['its code alone', ' 737 '],
  ['its code by its name', 'cvv=737'],
]

/** Of sessions, payments and charges: they may have any digits. */
const names = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?:pi|ch)_\w+/g

export function testRepeatedCard(name: string, start: StartSubject): void {
  for (const [what, said] of repeated) {
    test(`${name}: a gateway that repeats the card (${what}) has not told it to anybody`, async (t) => {
      const { vault, subject } = await inVault(t, start)
      subject.double.misbehave((answer) => subject.repeating(answer, said), { of: subject.paying })
      const session = await vault.open()
      press(session, repeatedCard)
      await session.pay()
      const [result] = vault.results
      assert.equal(result?.outcome, 'approved')
      const told = JSON.stringify([vault.lines, vault.results, await attemptsOf(vault)])
      assert.doesNotMatch(told, /5555\D{0,12}3412\D{0,12}4444/u)
      assert.doesNotMatch(JSON.stringify(result).replace(names, ''), /737/)
      assert.deepEqual(await movedByStore(vault.store), subject.double.ledger.moved())
    })
  }

  for (const code of ['100', '200', '124']) {
    test(`${name}: a security code that is like a gateway’s own code (${code}) decides nothing`, async (t) => {
      const { vault, subject } = await inVault(t, start)
      subject.double.misbehave((answer) => subject.repeating(answer, code), { of: subject.paying })
      const session = await vault.open({ purpose: 'authorise' })
      press(session, `4111111111111111#1230#${code}#`)
      await session.pay()
      assert.equal(vault.results[0]?.outcome, 'approved')
      assert.ok(vault.results[0]?.charge?.gatewayReference)
      assert.doesNotMatch(JSON.stringify(vault.results), new RegExp(`"${code}"`))
      assert.deepEqual(await movedByStore(vault.store), subject.double.ledger.moved())
    })
  }

  test(`${name}: no digit is in the log or the database, whatever goes wrong`, async (t) => {
    const { vault, subject, pay } = await inVault(t, start)
    for (const manner of ['html', 'closes', 'half', 'broken-json'] as const) {
      subject.double.misbehave(manner, { of: subject.paying })
      await pay()
    }
    const told = JSON.stringify([vault.lines, vault.results, await attemptsOf(vault)])
    assert.doesNotMatch(told, /41111111|11111111/)
    assert.match(told, /the gateway failed during a request/)
    assert.equal(subject.double.ledger.counted.captured, 4)
  })
}
