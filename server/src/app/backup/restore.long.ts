import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { eventually } from '../../../test/harness/test-eventually.ts'
import { query, startPostgres, type TestPostgres } from '../../../test/harness/test-postgres.ts'
import { mountSmallDisk } from '../../../test/harness/test-small-disk.ts'
import { startTestTonegate } from '../../../test/harness/test-tonegate.ts'
import { openRowSource } from '../../store/backup/open-places.ts'
import { createSqliteTarget } from '../../store/backup/sqlite-target.ts'
import type { StorePlace } from '../../store/open-store.ts'
import { openSqlite } from '../../store/sqlite.ts'
import { engines, newRegion, openSession, pay, statusOf, type TestServer } from './test-restorable.ts'

let postgres: TestPostgres
before(async () => {
  postgres = await startPostgres()
})
after(() => postgres.stop())

const placeOf = (environment: {
  readonly TONEGATE_DATA: string
  readonly TONEGATE_STORE?: string
}): StorePlace =>
  environment.TONEGATE_STORE === undefined
    ? { file: join(environment.TONEGATE_DATA, 'nam.db') }
    : { url: environment.TONEGATE_STORE, schema: 'nam' }

/** All rows of a table, by its columns. */
async function rowsIn(
  place: StorePlace,
  name: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const source = await openRowSource(place)
  const table = source.tables.find((each) => each.name === name)
  assert.ok(table)
  const found = []
  for await (const rows of source.rows(table)) {
    found.push(...rows.map((row) => Object.fromEntries(table.columns.map((column, at) => [column, row[at]]))))
  }
  await source.close()
  return found
}

for (const engine of engines) {
  const of = `on ${engine}`

  test(`${of}: what was paid before a backup of a busy server is in it, and its ledger is the gateway’s`, async (t) => {
    const { environment, told, start, backup } = await newRegion(t, engine, postgres)
    const server = await start()
    const paid: string[] = []
    let isOver = false
    const payAgain = async (agentId: string) => {
      while (!isOver) {
        const session = await openSession(server, agentId)
        await pay(server, session)
        paid.push(session.sessionGuid)
      }
    }
    const load = ['agent1', 'agent2', 'agent3'].map(payAgain)
    while (paid.length < 5) await openSession(server, 'agent9').then((session) => pay(server, session))
    const paidBefore = [...paid]
    const { tables, createdAt } = await told('backup', 'create', backup)
    isOver = true
    await Promise.all(load)
    await server.close()

    assert.ok(paidBefore.length >= 5)
    assert.ok(tables.length > 30)
    const { backup: found, former } = await told('backup', 'restore', backup, '--replace', '--as-it-was')
    assert.equal(found.createdAt, createdAt)
    assert.ok(former)
    const [ledger, attempts] = await Promise.all(
      ['sandbox_payment', 'charge_attempt'].map((table) => rowsIn(placeOf(environment), table)),
    )
    const answered = attempts?.filter(({ answer }) => answer !== null) ?? []
    assert.ok(answered.length >= paidBefore.length)
    for (const { idempotency_key: key, amount_minor: amount } of answered) {
      assert.equal(ledger?.find((each) => each.idempotency_key === key)?.amount_minor, amount)
    }
    const restored = await start()
    for (const sessionGuid of paidBefore) {
      const { sessionState, paymentResultData } = await statusOf(restored, sessionGuid)
      assert.equal(sessionState, 'Finished')
      assert.equal(paymentResultData.paymentOutcome, 'approved')
    }
    assert.equal((await restored.send('/readyz')).status, 200)
  })

  test(`${of}: a backup is restored neither under a running server nor over data, unless it is to be replaced`, async (t) => {
    const { environment, tried, told, start, backup, data } = await newRegion(t, engine, postgres)
    const server = await start()
    const session = await openSession(server, 'agent1')
    await told('backup', 'create', backup)
    await told('account', 'create', 'Later')
    const running = await tried(['backup', 'restore', backup, '--replace'])
    assert.equal(running.code, 1)
    assert.match(running.complaint, /is running on the data folder|is being served: process/)
    assert.equal((await statusOf(server, session.sessionGuid)).sessionState, 'Created')
    await server.close()
    const over = await tried(['backup', 'restore', backup])
    assert.equal(over.code, 1)
    assert.match(over.complaint, /^The (?:database|schema nam) .* has data already\. Add --replace/)
    const names = async () => (await told('account', 'list')).map(({ name }: { name: string }) => name)
    assert.ok((await names()).includes('Later'))
    const killed = environment.TONEGATE_STORE
    if (killed === undefined) writeFileSync(join(data, 'nam.unfinished-7.db'), 'of one that was killed')
    else await query(killed, 'CREATE SCHEMA nam_unfinished_7; CREATE TABLE nam_unfinished_7.account (id int)')
    const { former } = await told('backup', 'restore', backup, '--replace')
    assert.ok(!(await names()).includes('Later'))
    assert.match(former, engine === 'SQLite' ? /nam\.replaced-\d{8}T\d{6}Z\.db$/ : /nam_replaced_/)
    const left = existsSync(data) ? readdirSync(data).filter((name) => /unfinished/.test(name)) : []
    assert.deepEqual(left, [])
    if (killed !== undefined) {
      const { rows } = await query(killed, "SELECT 1 FROM pg_namespace WHERE nspname LIKE '%unfinished%'")
      assert.deepEqual(rows, [])
    }
  })

  test(`${of}: of two that restore a region at once, one is refused`, async (t) => {
    const { tried, told, start, backup } = await newRegion(t, engine, postgres)
    await (await start()).close()
    await told('backup', 'create', backup)
    const both = await Promise.all([1, 2].map(() => tried(['backup', 'restore', backup, '--replace'])))
    const [refused, ...others] = both.filter(({ code }) => code !== 0)
    assert.deepEqual(others, [])
    assert.match(
      refused?.complaint ?? '',
      engine === 'SQLite' ? /^Another Tonegate server is running/ : /^Another command is replacing or moving/,
    )
  })

  test(`${of}: a backup of another region, version or sealing key is refused in words, and nothing is changed`, async (t) => {
    const { tried, told, start, backup } = await newRegion(t, engine, postgres)
    await (await start()).close()
    await told('backup', 'create', backup)
    const text = gunzipSync(readFileSync(backup)).toString()
    const refusedBy = async (typed: readonly string[], more: NodeJS.ProcessEnv = {}) => {
      const { code, answer, complaint } = await tried([...typed, backup], more)
      assert.equal(code, 1, answer)
      assert.equal(complaint.trim().split('\n').length, 1, complaint)
      return complaint
    }
    const both = [['verify'], ['restore', '--replace']].map((verb) => ['backup', ...verb])
    for (const typed of both) {
      const other = { TONEGATE_REGIONS: 'nam,emea', TONEGATE_DEFAULT_REGION: 'emea' }
      assert.match(await refusedBy(typed, other), /is of the region nam, not emea/)
      const otherKey = { TONEGATE_SEALING_KEY: randomBytes(32).toString('base64') }
      assert.match(
        await refusedBy(typed, otherKey),
        /needs another sealing key, the one with the fingerprint [0-9a-f]{16}/,
      )
    }
    const newer = text.replace('"0001-first-payment"', '"0001-first-payment","9999-later"')
    writeFileSync(backup, gzipSync(newer, { level: 1 }))
    for (const typed of both) assert.match(await refusedBy(typed), /written by a newer version of Tonegate/)
    const listed = text.replace(
      /"sealingKeys":\["[0-9a-f]+/,
      (key) => `${key.slice(0, -16)}${'0'.repeat(16)}`,
    )
    writeFileSync(backup, gzipSync(listed, { level: 1 }))
    for (const typed of both) assert.match(await refusedBy(typed), /needs another sealing key/)
    writeFileSync(backup, gzipSync(text.replace('"Demo nam"', '"Damo nam"'), { level: 1 }))
    for (const typed of both) assert.match(await refusedBy(typed), /is damaged: it is not as it was written/)
    writeFileSync(backup, gzipSync(text.slice(0, text.length / 2), { level: 1 }))
    for (const typed of both) assert.match(await refusedBy(typed), /damaged|cut short/)
    assert.match((await tried(['account', 'list'])).answer, /Demo nam/)
  })
}

test('who has backed up and restored what is in the audit log, and what may only be read is backed up all the same', async (t) => {
  const { environment, tried, told, start, backup, folder } = await newRegion(t, 'PostgreSQL', postgres)
  await (await start()).close()
  const as = ['--as', 'Ada Byron']
  assert.equal((await tried(['backup', 'create', backup, ...as])).code, 0)
  const entriesOf = (action: string) => told('audit', 'list', '--action', action)
  const [made] = await entriesOf('database.backup')
  assert.deepEqual(made.target, { id: 'nam', kind: 'database' })
  assert.deepEqual(
    [made.actor.name, made.command, made.details],
    ['Ada Byron', 'backup create', { file: backup }],
  )

  const url = environment.TONEGATE_STORE ?? ''
  await query(
    url,
    `CREATE ROLE reader LOGIN PASSWORD 'reader'; GRANT USAGE ON SCHEMA nam TO reader;
      GRANT SELECT ON ALL TABLES IN SCHEMA nam TO reader`,
  )
  const reader = Object.assign(new URL(url), { username: 'reader', password: 'reader' })
  const read = await tried(['backup', 'create', join(folder, 'read.gz')], { TONEGATE_STORE: reader.href })
  assert.equal(read.code, 0, read.complaint)
  assert.match(
    read.answer,
    /read\.gz \(\d+ rows, .*\nThe audit log has no entry of it: the user of TONEGATE_STORE may not do that\.\n$/,
  )

  await query(url, 'REVOKE SELECT ON nam.account FROM reader')
  const unread = await tried(['backup', 'create', join(folder, 'un.gz')], { TONEGATE_STORE: reader.href })
  assert.equal(unread.code, 1)
  assert.match(unread.complaint, /^The PostgreSQL database cannot be used: the user .* may not do that\./)
  await eventually(async () => {
    const open = await query(url, "SELECT 1 FROM pg_stat_activity WHERE usename = 'reader'")
    return open.rows.length === 0
  })

  const { createdAt } = await told('backup', 'verify', backup)
  assert.equal((await tried(['backup', 'restore', backup, '--replace', ...as])).code, 0)
  const [restored] = await entriesOf('database.restore')
  assert.deepEqual([restored.actor.name, restored.details], ['Ada Byron', { createdAt, file: backup }])
  assert.deepEqual((await entriesOf('database.backup')).length, 0, 'it was made of what was there before')
})

/** That it was restored is written down there. */
const isSame = ({ table }: { readonly table: string }) => table !== 'audit_unlinked'

test('a backup of one engine is restored to the other, and to an empty folder', async (t) => {
  const from = await newRegion(t, 'SQLite', postgres)
  const to = await newRegion(t, 'PostgreSQL', postgres)
  const server: TestServer = await from.start()
  const session = await openSession(server, 'agent1')
  await pay(server, session)
  await server.close()
  const { tables } = await from.told('backup', 'create', from.backup)
  const same = { ...to.environment, TONEGATE_SEALING_KEY: from.environment.TONEGATE_SEALING_KEY }
  const restored = await from.tried(['backup', 'restore', from.backup, '--as-it-was', '--json'], same)
  assert.equal(restored.code, 0, restored.complaint)
  assert.deepEqual(JSON.parse(restored.answer).backup.tables, tables)
  const back = join(from.folder, 'back.jsonl.gz')
  const again = await from.tried(['backup', 'create', back, '--json'], same)
  assert.equal(again.code, 0, again.complaint)
  assert.deepEqual(JSON.parse(again.answer).tables.filter(isSame), tables.filter(isSame))
  const empty = { TONEGATE_DATA: join(from.folder, 'empty') }
  const second = await from.tried(['backup', 'restore', back, '--as-it-was', '--json'], empty)
  assert.equal(second.code, 0, second.complaint)
  assert.equal(JSON.parse(second.answer).former, null)
  assert.match((await from.tried(['account', 'list'], empty)).answer, /Demo nam/)
})

test('a backup in a folder is named after region and time; where it cannot be written, that is said', async (t) => {
  const { folder, tried, told, start } = await newRegion(t, 'SQLite', postgres)
  const { code, complaint } = await tried(['backup', 'create', join(folder, 'early.gz')])
  assert.equal(code, 1)
  assert.match(complaint, /The database .*nam\.db does not exist/)
  await (await start()).close()
  const { file } = await told('backup', 'create', folder)
  assert.match(file, /\/nam-\d{8}T\d{6}Z\.jsonl\.gz$/)
  const there = await tried(['backup', 'create', file])
  assert.match(there.complaint, /exists already\. A backup is always a new file\./)
  const nowhere = await tried(['backup', 'create', join(folder, 'none/nam.gz')])
  assert.equal(nowhere.code, 1)
  assert.match(nowhere.complaint, /cannot be written: its folder does not exist/)
  const absent = await tried(['backup', 'verify', join(folder, 'absent.gz')])
  assert.match(absent.complaint, /cannot be read: it does not exist\./)
  const key = { TONEGATE_SEALING_KEY: randomBytes(32).toString('base64') }
  const unsealed = await tried(['backup', 'create', join(folder, 'unsealed.gz')], key)
  assert.match(unsealed.complaint, /sealed with another key than those of TONEGATE_SEALING_KEY/)
  assert.deepEqual(readdirSync(folder).sort(), ['data', file.slice(folder.length + 1)])
})

test('no digit of a card, no secret and no token is in a backup, as it is or as base64', async (t) => {
  const { told, start, backup } = await newRegion(t, 'SQLite', postgres)
  const server = await start()
  const access = await server.token()
  const [paid, typing] = [await openSession(server, 'agent1', access), await openSession(server, 'agent2')]
  await pay(server, paid)
  const pan = '4000056655665556'
  const keys = await server.post(`/sandbox/calls/${typing.callGuid}/keys`, { keys: `${pan}#1230#` })
  assert.equal(keys.status, 200, keys.text)
  const file = JSON.parse(readFileSync(join(server.folder, 'sandbox.json'), 'utf8'))
  const secrets = file.regions.nam.clients.map(({ clientSecret }: { clientSecret?: string }) => clientSecret)
  await told('backup', 'create', backup)
  const content = gunzipSync(readFileSync(backup)).toString()
  assert.ok(content.includes(typing.sessionGuid))
  for (const canary of [pan, '4111111111111111', access, ...secrets].filter(Boolean)) {
    assert.ok(!content.includes(canary))
    for (let from = 0; from < 3; from += 1) {
      const encoded = Buffer.from(canary.slice(from)).toString('base64').slice(0, 16)
      assert.ok(!content.includes(encoded))
    }
  }
})

test('a backup of an older version is restored and brought to this one', async (t) => {
  const { data, folder, tried, told, backup } = await newRegion(t, 'SQLite', postgres)
  mkdirSync(data)
  const current = join(folder, 'current.db')
  await (await openSqlite(current)).close()
  const source = await openRowSource({ file: current })
  await source.close()
  const file = join(data, 'nam.db')
  await (await createSqliteTarget(file, source.migrations.slice(0, -3))).finish()
  const database = new DatabaseSync(file)
  database.exec("INSERT INTO account (id, name, production, created_at) VALUES (1, 'Older', 0, 1)")
  database.close()
  const { schema, withoutEntry } = await told('backup', 'create', backup)
  assert.equal(schema, source.migrations.at(-4))
  assert.equal(withoutEntry, 'the database is of an older version', 'it is not migrated for that')
  assert.equal((await told('backup', 'verify', backup)).schema, schema)
  await told('backup', 'restore', backup, '--replace')
  const restored = await openRowSource({ file })
  assert.deepEqual(restored.migrations, source.migrations)
  await restored.close()
  assert.match((await tried(['account', 'list'])).answer, /Older/)
})

test('a disk that is full is told, and nothing is left behind or changed', async (t) => {
  const disk = mountSmallDisk(t, { mebibytes: 4 })
  if (!disk) return
  const { folder, tried, told, start, backup } = await newRegion(t, 'SQLite', postgres)
  await (await start()).close()
  await told('backup', 'create', backup)
  const small = join(disk.dataFolder, '..')
  const before = readdirSync(small)
  disk.fill()
  const full = await tried(['backup', 'create', join(small, 'nam.jsonl.gz')])
  assert.equal(full.code, 1)
  assert.match(full.complaint, /cannot be written: the disk is full\. Nothing of it was left behind\./)
  const restored = await tried(['backup', 'restore', backup], { TONEGATE_DATA: disk.dataFolder })
  assert.equal(restored.code, 1)
  assert.match(restored.complaint, /the disk is full/)
  assert.deepEqual(readdirSync(small), [...before, 'filling'].sort())
  assert.ok(!readdirSync(disk.dataFolder).some((name) => /^nam/.test(name)))
  assert.ok(readdirSync(folder).length > 0)
})

test('a database whose disk is full is backed up to another one, and that it has no entry is said', async (t) => {
  const disk = mountSmallDisk(t, { mebibytes: 16 })
  if (!disk) return
  const { environment, tried, backup } = await newRegion(t, 'SQLite', postgres)
  const onDisk = { TONEGATE_DATA: disk.dataFolder }
  const server = await startTestTonegate(t, { environment: { ...environment, ...onDisk } })
  disk.fill()
  const { code, answer, complaint } = await tried(['backup', 'create', backup], onDisk)
  assert.equal(code, 0, complaint)
  assert.match(answer, /\nThe audit log has no entry of it: the disk is full[^.]*\.\n$/)
  assert.equal((await tried(['backup', 'verify', backup], onDisk)).code, 0)
  await server.close()
})

test('a damaged database is not backed up, and that is said', async (t) => {
  const { data, folder, tried, start } = await newRegion(t, 'SQLite', postgres)
  await (await start()).close()
  const file = join(data, 'nam.db')
  const bytes = readFileSync(file)
  writeFileSync(file, bytes.fill(0x41, 4096))
  const { code, complaint } = await tried(['backup', 'create', join(folder, 'nam.gz')])
  assert.equal(code, 1)
  assert.match(complaint, /The database in the data folder cannot be opened or written: its file is damaged/)
  assert.deepEqual(readdirSync(folder), ['data'])
})
