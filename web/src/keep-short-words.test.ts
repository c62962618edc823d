import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepShortWords } from './keep-short-words.ts'

test('a Polish word of one letter stays with the word behind it, wherever a text is', () => {
  const texts = keepShortWords({
    heard: 'Tony słychać w rozmowie, a także w nagraniu',
    nested: { first: 'W trakcie rozmowy' },
    paying: (amount: string) => `Płatność ${amount} z karty`,
  })
  assert.equal(texts.heard, 'Tony słychać w\u00a0rozmowie, a\u00a0także w\u00a0nagraniu')
  assert.equal(texts.nested.first, 'W\u00a0trakcie rozmowy')
  assert.equal(texts.paying('1,00 zł'), 'Płatność 1,00 zł z\u00a0karty')
})
