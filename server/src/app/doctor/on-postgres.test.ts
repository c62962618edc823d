import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { runAdmin } from '../../../test/harness/test-admin.ts'
import { query, startPostgres, type TestPostgres } from '../../../test/harness/test-postgres.ts'
import { systemClock } from '../../base/clock.ts'
import { systemRandom } from '../../base/random.ts'
import { openRowSource } from '../../store/backup/open-places.ts'
import { readTables } from '../../store/backup/read-tables.ts'
import { examine } from './examine.ts'
import { testMachine } from './test-machine.ts'

let postgres: TestPostgres
before(async () => {
  postgres = await startPostgres()
})
after(() => postgres.stop())

test('a region on PostgreSQL is looked at, and its server’s version and clock', async () => {
  await query(postgres.url, 'CREATE DATABASE examined')
  const url = `${postgres.url}/examined`
  const environment = {
    ...{ TONEGATE_MODE: 'production', TONEGATE_DOMAIN: 'example.com', TONEGATE_PROXY: 'trusted' },
    ...{ TONEGATE_STORE: url, TONEGATE_SEALING_KEY: systemRandom(32).toString('base64') },
  }
  const machine = testMachine({ clock: systemClock })
  const points = async () => {
    const { points: found } = await examine(environment, undefined, machine)
    return Object.fromEntries(found.map(({ what, state, detail }) => [what, `${state}: ${detail}`]))
  }
  assert.match(
    (await points())['database nam'] ?? '',
    /^wrong: The schema nam of the PostgreSQL database .*does not exist/,
  )
  assert.equal((await runAdmin(environment, ['database', 'create'])).code, 0)
  assert.equal((await runAdmin(environment, ['account', 'create', 'Books', '--production'])).code, 0)
  const whole = await points()
  assert.match(whole.PostgreSQL ?? '', /^in order: \d+/)
  assert.match(whole.clock ?? '', /^in order/)
  assert.match(whole['database nam'] ?? '', /^in order: schema nam of the PostgreSQL database /)
  assert.equal(whole['accounts nam'], 'in order: Books')

  const source = await openRowSource({ url, schema: 'nam' })
  const tables = await readTables(source, {})
  assert.equal(
    await source.count?.(),
    tables.reduce((sum, { rows }) => sum + rows, 0),
  )
  await source.close()
})
