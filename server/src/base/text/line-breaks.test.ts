import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { foldLineBreaks, foldValues, hasControlCharacters, hasLineBreaks } from './line-breaks.ts'

const breaks = ['\n', '\r\n', '\r', '\t', '\v', '\f', '\u0085', '\u2028', '\u2029']

test('whatever ends a line or moves on within one is text, and becomes one space', () => {
  for (const each of breaks) {
    const text = `1 Market Street${each}Suite 300`
    assert.ok(hasLineBreaks(text) && !hasControlCharacters(text), JSON.stringify(each))
    assert.equal(foldLineBreaks(text), '1 Market Street Suite 300', JSON.stringify(each))
  }
  assert.equal(foldLineBreaks('\r\n1 Market Street, \r\n\r\n  Suite 300\n'), '1 Market Street, Suite 300')
})

test('any other control character is none of a text', () => {
  const allowed = new Set(breaks.join(''))
  for (let code = 0; code < 0xa0; code += 1) {
    const character = String.fromCharCode(code)
    const isControl = /\p{Cc}/u.test(character) && !allowed.has(character)
    assert.equal(hasControlCharacters(`a${character}b`), isControl, `U+${code.toString(16)}`)
  }
})

test('a folded text has no line break, and one that had none is as it was', () => {
  const pieces = fc.constantFrom(...breaks, ' ', 'a', 'é', '😀')
  fc.assert(
    fc.property(
      fc.array(pieces).map((all) => all.join('')),
      (text) => {
        const folded = foldLineBreaks(text)
        assert.ok(!/[\p{Cc}\p{Zl}\p{Zp}]/u.test(folded), JSON.stringify(text))
        assert.equal(folded.replaceAll(' ', ''), text.replace(/[\s\u0085]/g, ''))
        if (!hasLineBreaks(text)) assert.equal(folded, text)
      },
    ),
  )
})

test('of an object the values are folded, and null is left', () => {
  assert.deepEqual(foldValues({ 'a\nb': 'c\nd', e: null, f: ' g ' }), { 'a\nb': 'c d', e: null, f: ' g ' })
})
