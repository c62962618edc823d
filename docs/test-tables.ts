import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'

/** The cells of a row, each in Markdown. */
export type Row = readonly string[]

/**
 * Holds a table of a page against what the code says. It stands between `<!-- table: … -->` and `<!-- end of table -->`; with
 * TONEGATE_WRITE_REFERENCE=1 it is written instead of compared.
 *
 * @param rows the first of which is the head.
 */
export function holdTable(page: URL, name: string, rows: readonly Row[]): void {
  const [head = [], ...body] = rows
  const table = [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |\n`).join('')
  const place = new RegExp(`(?<=^<!-- table: ${name} -->\\n)[\\s\\S]*?(?=^<!-- end of table -->$)`, 'm')
  const text = readFileSync(page, 'utf8')
  assert.match(text, place, `the page has a place for the table of ${name}`)
  if (process.env.TONEGATE_WRITE_REFERENCE === '1') writeFileSync(page, text.replace(place, `\n${table}\n`))
  assert.equal(plain(readFileSync(page, 'utf8').match(place)?.[0] ?? ''), plain(table))
}

/** A table without what lines up its columns. */
const plain = (text: string) => text.replace(/ +\|/g, ' |').replace(/-{3,}/g, '---').trim()
