import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { databaseFor, query, startPostgres, type TestPostgres } from '../../../test/harness/test-postgres.ts'
import { startTestTonegate } from '../../../test/harness/test-tonegate.ts'
import { startError } from '../start-error.ts'
import { newRegion, openSession, pay, statusOf } from './test-restorable.ts'

let postgres: TestPostgres
before(async () => {
  postgres = await startPostgres()
})
after(() => postgres.stop())

/** A region in a data folder, and an empty database that it may move to. */
async function startMoving(t: TestContext) {
  const region = await newRegion(t, 'SQLite', postgres)
  const onPostgres = {
    ...region.environment,
    TONEGATE_STORE: await databaseFor(postgres.url, region.data),
  }
  async function move(to: 'postgresql' | 'folder') {
    const { code, answer, complaint } = await region.tried(
      ['store', 'move', '--to', to, '--json'],
      onPostgres,
    )
    assert.equal(code, 0, complaint)
    return JSON.parse(answer)
  }
  return { ...region, onPostgres, move }
}

test('a region moves to PostgreSQL and back with all it has, and its former place says where it is', async (t) => {
  const { data, environment, onPostgres, tried, move, start } = await startMoving(t)
  const server = await start()
  const paid = await openSession(server, 'agent1')
  await pay(server, paid)
  const open = await openSession(server, 'agent2')
  const running = await tried(['store', 'move', '--to', 'postgresql'], onPostgres)
  assert.equal(running.code, 1)
  assert.match(running.complaint, /is running on the data folder/)
  await server.close()

  const there = await move('postgresql')
  assert.ok(
    there.tables.some(({ table, rows }: { table: string; rows: number }) => table === 'account' && rows > 0),
  )
  assert.doesNotMatch(JSON.stringify(there), /password/)
  assert.ok(existsSync(there.former))
  assert.ok(!existsSync(join(data, 'nam.db')))
  const where =
    /The region nam has been moved to the schema nam of postgres:\/\/127\.0\.0\.1:\d+\/\w+: set TONEGATE_STORE/
  await assert.rejects(startTestTonegate(t, { environment }), (error) => where.test(startError(error)))
  await restoresNoSecondCopy({ data, tried, onPostgres })
  for (const typed of [
    ['account', 'list'],
    ['account', 'create', 'Books'],
    ['backup', 'create', join(data, 'b.gz')],
  ]) {
    const { code, complaint } = await tried(typed)
    assert.equal(code, 1)
    assert.match(complaint, where)
  }

  const moved = await startTestTonegate(t, { environment: onPostgres })
  assert.equal((await statusOf(moved, paid.sessionGuid)).paymentResultData.paymentOutcome, 'approved')
  await pay(moved, open)
  const made = await tried(['account', 'create', 'Made there'], onPostgres)
  assert.equal(made.code, 0, made.complaint)
  const served = await tried(['store', 'move', '--to', 'folder'], onPostgres)
  assert.equal(served.code, 1)
  assert.match(served.complaint, /is being served: process \d+ on/)
  await moved.close()

  const back = await move('folder')
  assert.match(back.former, /^the schema nam_moved_/)
  await assert.rejects(startTestTonegate(t, { environment: onPostgres }), (error) =>
    /The region nam has been moved to the database .*nam\.db: set/.test(startError(error)),
  )
  const home = await start()
  for (const { sessionGuid } of [paid, open]) {
    assert.equal((await statusOf(home, sessionGuid)).paymentResultData.paymentOutcome, 'approved')
  }
  assert.match((await tried(['account', 'list'])).answer, /Made there/)
  assert.equal((await tried(['account', 'create', 'Made here'])).code, 0)
  await home.close()
  assert.deepEqual(
    readdirSync(data).filter((name) => /unfinished|moved\.json/.test(name)),
    [],
  )

  const again = await move('postgresql')
  assert.match(again.to, /the schema nam of/)
  const { rows } = await query(
    onPostgres.TONEGATE_STORE,
    "SELECT 1 FROM nam.account WHERE name = 'Made here'",
  )
  assert.equal(rows.length, 1)
})

/** Two servers would take payments on two copies. */
async function restoresNoSecondCopy({
  data,
  tried,
  onPostgres,
}: Pick<Awaited<ReturnType<typeof startMoving>>, 'data' | 'tried' | 'onPostgres'>): Promise<void> {
  const file = join(data, 'there.gz')
  const backedUp = await tried(['backup', 'create', file], onPostgres)
  assert.equal(backedUp.code, 0, backedUp.complaint)
  const restored = await tried(['backup', 'restore', file])
  assert.equal(restored.code, 1)
  assert.match(restored.complaint, /has been moved to the schema nam .* and is still there\. Add --replace/)
}

test('who has moved a region, and where to, is in the audit log of the new place', async (t) => {
  const { onPostgres, tried, move, start } = await startMoving(t)
  await (await start()).close()
  const { to } = await move('postgresql')
  const listed = await tried(['audit', 'list', '--action', 'store.move', '--json'], onPostgres)
  const [{ command, actor, target, details }] = JSON.parse(listed.answer)
  assert.deepEqual(
    [command, actor.kind, target.id, details],
    ['store move', 'operator', 'nam', { place: to }],
  )
})

test('a region is not moved over data, nor from where there is none', async (t) => {
  const { environment, tried, start } = await newRegion(t, 'SQLite', postgres)
  const unnamed = await tried(['store', 'move', '--to', 'postgresql'])
  assert.match(unnamed.complaint, /TONEGATE_STORE must name the PostgreSQL database/)
  const other = await newRegion(t, 'PostgreSQL', postgres)
  const both = { TONEGATE_STORE: other.environment.TONEGATE_STORE }
  const absent = await tried(['store', 'move', '--to', 'postgresql'], both)
  assert.match(absent.complaint, /nam\.db does not exist/)
  await (await start()).close()
  await (
    await startTestTonegate(t, { environment: { ...environment, ...both } as Record<string, string> })
  ).close()
  for (const to of ['postgresql', 'folder']) {
    const { code, complaint } = await tried(['store', 'move', '--to', to], both)
    assert.equal(code, 1)
    assert.match(
      complaint,
      /^The (?:database|schema) .* has data already\. Move the region to where there is none\./,
    )
  }
})
