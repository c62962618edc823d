import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { currencies } from '../server/src/base/money/currencies.ts'
import { readAmount } from '../server/src/base/money/read-amount.ts'
import { foldLineBreaks } from '../server/src/base/text/line-breaks.ts'
import { readAddress } from '../server/src/vault/links/link-address.ts'

const page = readFileSync(new URL('payment-data.md', import.meta.url), 'utf8')

/** The rows of a section's table, each cell without its quotes. */
function rowsOf(title: string): readonly (readonly string[])[] {
  const section = page.split(/^## /m).find((each) => each.startsWith(`${title}\n`)) ?? ''
  const rows = section.split('\n').filter((line) => line.startsWith('| `'))
  assert.ok(rows.length > 5, title)
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replace(/^`(.*)`$/, '$1')),
  )
}

test('every amount of the table is read, or refused, as the table says', () => {
  for (const [amount = '', currency = '', , minor = ''] of rowsOf('Amounts')) {
    const read = readAmount(amount, currency)
    const told = 'minor' in read ? String(read.minor) : 'refused'
    assert.equal(told, /^\d+$/.test(minor) ? minor : 'refused', `${amount} ${currency}`)
  }
})

for (const [title, channel] of [
  ['Phone numbers', 'sms'],
  ['Email addresses', 'email'],
] as const) {
  test(`${title} of the table are sent to where the table says`, () => {
    for (const [text = '', address] of rowsOf(title)) {
      const read = readAddress(channel, text)
      assert.equal('address' in read ? read.address : 'refused', address, text)
    }
  })
}

test('the street of the page is on one line as the page says, and its currencies are known or refused', () => {
  const [, street = '', line] = /`"(1 Market[^"]*)"`[\s\S]*?`(1 Market[^`]*)`/.exec(page) ?? []
  assert.equal(foldLineBreaks(JSON.parse(`"${street}"`)), line)
  const [, refused = '', instead = ''] =
    /refused: ([A-Z, and]+?), in whose place\s+are ([A-Z, and]+)\./.exec(page) ?? []
  const codes = (text: string) => text.match(/[A-Z]{3}/g) ?? []
  assert.equal(codes(refused).length, codes(instead).length)
  for (const code of codes(refused)) assert.ok(!currencies.has(code), code)
  for (const code of codes(instead)) assert.ok(currencies.has(code), code)
})
