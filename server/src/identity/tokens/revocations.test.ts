import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { makeTestFolder } from '../../../test/harness/test-folder.ts'
import { createMovableClock } from '../../base/clock.ts'
import { createLog } from '../../base/log.ts'
import { openTestStore } from '../../store/test-store.ts'
import { createRevocations } from './revocations.ts'

const hour = 3_600_000
const minute = 60_000
/** So far back each look goes. */
const readOverlapMilliseconds = 30_000
const grant = '0198c1c2-0000-7000-8000-000000000001'
const jti = '0198c1c2-0000-7000-8000-000000000002'

/** A store's file, and processes that each open it. */
async function startProcesses(t: TestContext) {
  const folder = makeTestFolder('tonegate-revocations')
  t.after(() => rmSync(folder, { recursive: true }))
  const clock = createMovableClock()
  const lines: string[] = []
  const log = createLog('trace', { write: (line) => lines.push(line) })
  return {
    clock,
    lines,
    async process() {
      const store = await openTestStore(join(folder, 'nam.db'))
      const revocations = await createRevocations({ store, clock, log })
      t.after(async () => {
        await revocations.close()
        await store.close()
      })
      return { store, revocations }
    },
  }
}

test('what is revoked is known here at once, by its jti or its grant (RFC-32)', async (t) => {
  const { clock, process } = await startProcesses(t)
  const { revocations } = await process()
  assert.equal(revocations.isRevoked(jti), false)
  await revocations.revoke(jti, clock.now() + hour)
  assert.equal(revocations.isRevoked(jti), true)
  assert.equal(revocations.isRevoked(`${grant}.${jti}`), false)
  await revocations.revoke(grant, clock.now() + hour)
  assert.equal(revocations.isRevoked(`${grant}.${jti}`), true)
  assert.equal(revocations.isRevoked(`${grant}.another`), true)
  assert.equal(revocations.isRevoked(grant.slice(1)), false)
  assert.equal(revocations.isRevoked('another'), false)
})

test('what is revoked already is not written again', async (t) => {
  const { clock, process } = await startProcesses(t)
  const { store, revocations } = await process()
  const rows = store.prepare((db, _: object) => db.selectFrom('revocation').select(['id', 'revoked_at']))
  await revocations.revoke(jti, clock.now() + hour)
  const before = await rows.all(store.reader, {})
  await clock.advance(minute)
  await revocations.revoke(jti, clock.now() + hour)
  assert.deepEqual(await rows.all(store.reader, {}), before)
})

test('what expired while no process was there is known to the next one all the same', async (t) => {
  const { clock, process } = await startProcesses(t)
  const { revocations } = await process()
  await revocations.revoke(jti, clock.now() + minute)
  await revocations.close()
  await clock.leap(hour)
  const next = await process()
  assert.equal(next.revocations.isRevoked(jti), true)
})

test('one token of a grant is revoked without the others', async (t) => {
  const { clock, process } = await startProcesses(t)
  const { revocations } = await process()
  await revocations.revoke(`${grant}.${jti}`, clock.now() + hour)
  assert.equal(revocations.isRevoked(`${grant}.${jti}`), true)
  assert.equal(revocations.isRevoked(`${grant}.another`), false)
})

test('what another process revokes is known within half a second (RFC-32)', async (t) => {
  const { clock, process } = await startProcesses(t)
  const [one, other] = [await process(), await process()]
  await one.revocations.revoke(grant, clock.now() + hour)
  assert.equal(other.revocations.isRevoked(`${grant}.${jti}`), false)
  await clock.advance(500)
  assert.equal(other.revocations.isRevoked(`${grant}.${jti}`), true)
})

test('a revocation by a process whose clock is ten seconds behind is known as well', async (t) => {
  const { clock, process } = await startProcesses(t)
  const [one, other] = [await process(), await process()]
  const insert = one.store.prepare((db, p: { id: string; revoked_at: number; expires_at: number }) =>
    db.insertInto('revocation').values({ id: p.id, revoked_at: p.revoked_at, expires_at: p.expires_at }),
  )
  await clock.advance(minute)
  const row = { id: jti, revoked_at: clock.now() - 10_000, expires_at: clock.now() + hour }
  await one.store.write((tx) => insert.run(tx, row))
  await clock.advance(500)
  assert.equal(other.revocations.isRevoked(jti), true)
})

test('a process that starts knows what was revoked before (RFC-32)', async (t) => {
  const { clock, process } = await startProcesses(t)
  await (await process()).revocations.revoke(jti, clock.now() + hour)
  await clock.advance(10 * minute)
  assert.equal((await process()).revocations.isRevoked(jti), true)
})

test('a revocation lasts as long as its token, and is then forgotten', async (t) => {
  const { clock, process } = await startProcesses(t)
  const [one, other] = [await process(), await process()]
  await one.revocations.revoke(jti, clock.now() + hour)
  await clock.advance(hour)
  for (const { revocations } of [one, other]) assert.equal(revocations.isRevoked(jti), true)
  await clock.advance(2 * minute)
  for (const { revocations } of [one, other]) assert.equal(revocations.isRevoked(jti), false)
})

test('10,000 revoked tokens are forgotten when they have expired, and take no row twice', async (t) => {
  const { clock, process } = await startProcesses(t)
  const [{ revocations, store }, other] = [await process(), await process()]
  const ids = Array.from(
    { length: 10_000 },
    (_, at) => `0198c1c2-0000-7000-8000-${String(at).padStart(12, '0')}`,
  )
  const count = store.prepare((db, _: object) =>
    db.selectFrom('revocation').select((each) => each.fn.countAll<number>().as('rows')),
  )
  const revokeAll = async () => {
    for (let at = 0; at < ids.length; at += 1000) {
      await Promise.all(ids.slice(at, at + 1000).map((id) => revocations.revoke(id, clock.now() + minute)))
    }
  }
  await revokeAll()
  await revokeAll()
  assert.equal((await count.first(store.reader, {}))?.rows, 10_000)
  await clock.advance(500)
  for (const id of ids) assert.ok(revocations.isRevoked(id) && other.revocations.isRevoked(id))
  await clock.advance(3 * minute)
  for (const id of ids) assert.ok(!revocations.isRevoked(id) && !other.revocations.isRevoked(id))
})

test('a transaction that fails revokes nothing, here or anywhere', async (t) => {
  const { clock, process } = await startProcesses(t)
  const [one, other] = [await process(), await process()]
  const failing = one.revocations.write(async (_, revoke) => {
    await revoke(jti, clock.now() + hour)
    throw new Error('no')
  })
  await assert.rejects(failing)
  await clock.advance(500)
  assert.equal(one.revocations.isRevoked(jti), false)
  assert.equal(other.revocations.isRevoked(jti), false)
})

test('a store that cannot be read is logged once, and read again when it can be', async (t) => {
  const { clock, process, lines } = await startProcesses(t)
  const [one, other] = [await process(), await process()]
  const mock = t.mock.method(one.store.reader, 'execute', async () => {
    throw new Error('disk gone')
  })
  await other.revocations.revoke(jti, clock.now() + hour)
  await clock.advance(5 * minute)
  assert.equal(one.revocations.isRevoked(jti), false)
  assert.equal(lines.filter((line) => line.includes('disk gone')).length, 1)
  mock.mock.restore()
  await clock.advance(500)
  assert.equal(one.revocations.isRevoked(jti), true)
})

test('nothing is read after the end', async (t) => {
  const { clock, process } = await startProcesses(t)
  const { revocations, store } = await process()
  const { mock } = t.mock.method(store.reader, 'execute')
  await clock.advance(1000)
  assert.equal(mock.callCount(), 2)
  await revocations.close()
  await clock.advance(minute)
  assert.equal(mock.callCount(), 2)
})

test('what another process wrote slowly is found by the next look, to the millisecond', async (t) => {
  const { clock, process } = await startProcesses(t)
  const { store, revocations } = await process()
  const insert = store.prepare((db, p: { id: string; revoked_at: number }) =>
    db
      .insertInto('revocation')
      .values({ id: p.id, revoked_at: p.revoked_at, expires_at: clock.now() + hour }),
  )
  await store.write((tx) => insert.run(tx, { id: jti, revoked_at: clock.now() - readOverlapMilliseconds }))
  await clock.advance(1000)
  assert.equal(revocations.isRevoked(jti), true)
})
