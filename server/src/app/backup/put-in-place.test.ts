import assert from 'node:assert/strict'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeTestFolder } from '../../../test/harness/test-folder.ts'
import { placesOf, putInPlace } from './put-in-place.ts'

test('a database that is replaced in the second of another one, or beside what is left of one, is kept too', async (t) => {
  const folder = makeTestFolder('tonegate-put-in-place')
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const place = { file: join(folder, 'nam.db') }
  const places = placesOf(place, 'nam', { what: 'replaced', now: 0 })
  assert.ok('file' in places.unfinished)
  const kept = []
  for (const content of ['first', 'second', 'third', 'fourth']) {
    writeFileSync(places.unfinished.file, content)
    kept.push(await putInPlace(place, { holds: 'data', async [Symbol.asyncDispose]() {} }, places))
    if (content === 'second')
      writeFileSync(join(folder, `${places.aside}-2.db-wal`), 'of one that was deleted')
  }
  const name = (end: string) => join(folder, `nam.replaced-19700101T000000Z${end}.db`)
  assert.deepEqual(kept, [null, name(''), name('-3'), name('-4')])
  assert.deepEqual(
    [name(''), name('-3'), name('-4'), place.file].map((file) => readFileSync(file, 'utf8')),
    ['first', 'second', 'third', 'fourth'],
  )
  assert.equal(readdirSync(folder).length, 5)
})
