import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  cardNumberFormat,
  type DigitFormat,
  expiryFormat,
  reformat,
  type Shown,
  securityCodeFormat,
} from './format-card.ts'

/** A text with its caret as `|`. */
const at = (marked: string): Shown => ({ text: marked.replace('|', ''), caret: marked.indexOf('|') })
const marked = ({ text, caret }: Shown) => `${text.slice(0, caret)}|${text.slice(caret)}`

/** Plays one change of a field: what the browser made of it, and what is shown then. */
function play(format: DigitFormat, from: string, to: string, inputType = 'insertText'): string {
  const before = format.digitsOf(from.replace('|', ''))
  return marked(reformat(at(to), { format, before, inputType }))
}
const back = 'deleteContentBackward'
const forward = 'deleteContentForward'

test('a card number is grouped as its brand prints it', () => {
  for (const [digits, shown] of [
    ['', ''],
    ['4111', '4111'],
    ['41111', '4111 1'],
    ['4111111111111111', '4111 1111 1111 1111'],
    ['4000000000000000006', '4000 0000 0000 0000 006'],
    ['378282246310005', '3782 822463 10005'],
    ['30569309025904', '3056 930902 5904'],
    ['3622720627166712', '3622 7206 2716 6712'],
    ['6799990100000000019', '6799 9901 0000 0000 019'],
  ] as const) {
    assert.equal(cardNumberFormat.show(digits, true), shown)
  }
})

test('the caret stays behind its digit', () => {
  for (const [from, to, shown] of [
    ['4111|', '41111|', '4111 1|'],
    ['4111 1|', '4111 |', '4111|'],
    ['4111| 2222', '41119| 2222', '4111 9|222 2'],
    ['4111 22|22 3333', '4111 229|22 3333', '4111 229|2 2333 3'],
    ['|4111', '5|4111', '5|411 1'],
  ] as const) {
    assert.equal(play(cardNumberFormat, from, to), shown)
  }
})

test('deleting across a space deletes the digit beyond it', () => {
  assert.equal(play(cardNumberFormat, '4111 |2222', '4111|2222', back), '411|2 222')
  assert.equal(play(cardNumberFormat, '4111| 2222', '4111|2222', forward), '4111| 222')
  assert.equal(play(cardNumberFormat, '4111 2|222', '4111 |222', back), '4111| 222')
  assert.equal(play(cardNumberFormat, '|4111 2222', '|4111 2222', back), '|4111 2222')
  assert.equal(play(cardNumberFormat, '4111 |2222 3333| ', '4111 |', back), '4111|')
})

test('what is pasted is taken with its spaces and dashes, and no longer than the brand', () => {
  assert.equal(
    play(cardNumberFormat, '|', ' 4111-1111 1111\u00a01111 |', 'insertFromPaste'),
    '4111 1111 1111 1111|',
  )
  assert.equal(play(cardNumberFormat, '|', '3782822463100051234|'), '3782 822463 10005|')
  assert.equal(play(cardNumberFormat, '|', 'Visa: 4111|'), '4111|')
})

test('an expiry is written MM / YY however it comes', () => {
  for (const [from, to, shown] of [
    ['|', '1|', '1|'],
    ['1|', '12|', '12 / |'],
    ['12 / |', '12 / 3|', '12 / 3|'],
    ['|', '3|', '03 / |'],
    ['1|', '1/|', '01 / |'],
    ['|', '9/28|', '09 / 28|'],
    ['|', '1230|', '12 / 30|'],
    ['|', '12/2030|', '12 / 30|'],
    ['|', '09 - 2031|', '09 / 31|'],
    ['|', '2031-09|', '09 / 31|'],
    ['12 / 20|', '12 / 203|', '12 / 203|'],
    ['12 / 203|', '12 / 2031|', '12 / 31|'],
    ['12 / 30|', '12 / 305|', '12 / 30|'],
  ] as const) {
    assert.equal(play(expiryFormat, from, to), shown)
  }
  assert.equal(play(expiryFormat, '12 / |', '12 /|', back), '1|')
  assert.equal(play(expiryFormat, '12 / 3|', '12 / |', back), '12|')
  assert.equal(play(expiryFormat, '1|2 / 30', '|2 / 30', back), '|23 / 0')
  assert.equal(play(expiryFormat, '|23 / 0', '1|23 / 0'), '1|2 / 30')
})

test('digits of every script are shown as ASCII has them', () => {
  assert.equal(
    play(cardNumberFormat, '|', '４１１１ー１１１１　１１１１１１１１|', 'insertFromPaste'),
    '4111 1111 1111 1111|',
  )
  assert.equal(play(cardNumberFormat, '|', '\u200f٤١١١١\u200e|'), '4111 1|')
  assert.equal(play(cardNumberFormat, '4111|', '4111۱|'), '4111 1|')
  assert.equal(play(cardNumberFormat, '|', '𞥔𞥑𞥑𞥑𞥑|'), '4111 1|')
  for (const text of ['１２／３０', '１２／２０３０', '٢٠٣٠-١٢', '１２・３０', '१२-२०३०']) {
    assert.equal(play(expiryFormat, '|', `${text}|`), '12 / 30|', text)
  }
  assert.equal(play(expiryFormat, '|', '９|'), '09 / |')
  assert.equal(
    play(
      securityCodeFormat(() => 3),
      '|',
      '๑๒๓๔|',
    ),
    '123|',
  )
})

test('a security code has as many digits as its brand', () => {
  assert.equal(
    play(
      securityCodeFormat(() => 3),
      '123|',
      '1234|',
    ),
    '123|',
  )
  assert.equal(
    play(
      securityCodeFormat(() => 4),
      '123|',
      '12 3a4|',
    ),
    '1234|',
  )
})

test('whatever is typed, no digit is lost, doubled or moved, and showing it again changes nothing', () => {
  const text = fc.string({ unit: fc.constantFrom(...'0123456789 -/x'), maxLength: 24 })
  fc.assert(
    fc.property(text, fc.nat(24), (typed, place) => {
      const caret = Math.min(place, typed.length)
      const next = reformat(
        { text: typed, caret },
        { format: cardNumberFormat, before: '', inputType: 'insertText' },
      )
      assert.ok(typed.replace(/\D/g, '').startsWith(next.digits))
      assert.equal(next.text.replace(/\D/g, ''), next.digits)
      assert.ok(next.caret >= 0 && next.caret <= next.text.length)
      const again = reformat(next, {
        format: cardNumberFormat,
        before: next.digits,
        inputType: 'insertText',
      })
      assert.deepEqual(again, next)
    }),
  )
})
