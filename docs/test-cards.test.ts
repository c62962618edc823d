import { test } from 'node:test'
import { testCardRows } from '../server/src/sandbox/cards-page.ts'
import { holdTable } from './test-tables.ts'

test('docs/test-cards.md has the cards of the sandbox, and what each does', () => {
  const rows = testCardRows.map(([pan, brand, happens]) => [`\`${pan}\``, brand, happens])
  holdTable(new URL('test-cards.md', import.meta.url), 'test cards', [
    ['card number', 'brand', 'what happens'],
    ...rows,
  ])
})
