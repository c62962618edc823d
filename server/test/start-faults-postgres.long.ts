import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { runAdmin } from './harness/test-admin.ts'
import { createDatabases } from './harness/test-databases.ts'
import { freePort } from './harness/test-free-port.ts'
import { query, startPostgres, type TestPostgres } from './harness/test-postgres.ts'
import { startServer } from './harness/test-server.ts'
import { mountSmallDisk } from './harness/test-small-disk.ts'

let postgres: TestPostgres
before(async () => {
  postgres = await startPostgres()
})
after(() => postgres.stop())

let count = 0

/** An empty database on the server, and production that is to work on it. */
async function newDatabase(options = '') {
  count += 1
  const name = `faulty_${count}`
  await query(postgres.url, `CREATE DATABASE ${name} ${options}`)
  return { name, environment: productionOn(`${postgres.url}/${name}`) }
}

const productionOn = (url: string) => ({
  TONEGATE_MODE: 'production',
  TONEGATE_DOMAIN: 'example.com',
  TONEGATE_PROXY: 'trusted',
  TONEGATE_SEALING_KEY: randomBytes(32).toString('base64'),
  TONEGATE_STORE: url,
})

/** What a start that fails says, and its exit code: a plain text, without a stack, a key or a password. */
async function failedStart(t: TestContext, environment: ReturnType<typeof productionOn>) {
  const server = startServer(t, environment)
  const code = await server.ended
  const text = server.complaint().trim()
  assert.doesNotMatch(text, /\n +at |node:|password/)
  assert.ok(!text.includes(environment.TONEGATE_SEALING_KEY))
  return { code, text }
}

test('a server that cannot be reached, or does not answer, is named within seconds', async (t) => {
  const port = await freePort()
  const refused = await failedStart(
    t,
    productionOn(`postgres://tonegate:password@127.0.0.1:${port}/tonegate`),
  )
  assert.equal(refused.code, 75)
  assert.equal(
    refused.text,
    `The schema nam of the PostgreSQL database 127.0.0.1:${port}/tonegate cannot be used: it cannot be reached. ` +
      'Start PostgreSQL, or correct TONEGATE_STORE.',
  )
  const withoutTls = await failedStart(t, productionOn(`${postgres.url}/tonegate?sslmode=verify-full`))
  assert.equal(withoutTls.code, 75)
  assert.match(
    withoutTls.text,
    /it has no TLS, which TONEGATE_STORE asks for\. Correct sslmode or sslrootcert/,
  )
  const silent = createServer().listen(0, '127.0.0.1')
  t.after(() => silent.close())
  await once(silent, 'listening')
  const { port: silentPort } = silent.address() as AddressInfo
  const unanswered = await failedStart(
    t,
    productionOn(`postgres://tonegate:password@127.0.0.1:${silentPort}/tonegate`),
  )
  assert.equal(unanswered.code, 75)
  assert.match(unanswered.text, /cannot be used: it cannot be reached\./)
})

test('a user, a password or a database that is not there is named', async (t) => {
  const wrong = postgres.url.replace(':password@', ':passworx@')
  const user = await failedStart(t, productionOn(`${wrong}/postgres`))
  assert.deepEqual(
    [user.code, user.text.includes('it does not accept the user of TONEGATE_STORE')],
    [75, true],
    user.text,
  )
  const database = await failedStart(t, productionOn(`${postgres.url}/nowhere`))
  assert.equal(database.code, 75)
  assert.match(
    database.text,
    /\/nowhere cannot be used: it has no database of that name\. Correct TONEGATE_STORE/,
  )
})

test('an empty database does not become a new region but by command', async (t) => {
  const { name, environment } = await newDatabase()
  const { code, text } = await failedStart(t, environment)
  assert.equal(code, 78)
  assert.match(
    text,
    new RegExp(`^The schema nam of the PostgreSQL database \\S+/${name} does not exist, and in production`),
  )
  assert.match(text, /set TONEGATE_STORE\. For a new region create it: .* database create --region nam$/)
  const listed = await runAdmin(environment, ['account', 'list'])
  assert.deepEqual([listed.code, listed.complaint.trim()], [1, text])
  const schemas = "SELECT 1 FROM pg_namespace WHERE nspname = 'nam'"
  assert.equal((await query(environment.TONEGATE_STORE, schemas)).rowCount, 0)

  await createDatabases(environment)
  const again = await runAdmin(environment, ['database', 'create'])
  assert.match(again.complaint, /^The schema nam of the PostgreSQL database \S+ exists already\.$/m)
  const server = startServer(t, { ...environment, TONEGATE_DRAIN_SECONDS: '0' })
  await server.ready()
  server.kill('SIGTERM')
  assert.equal(await server.ended, 0)
})

test('a schema of a newer version is told as such', async (t) => {
  const { environment } = await newDatabase()
  await createDatabases(environment)
  await query(environment.TONEGATE_STORE, "INSERT INTO nam.kysely_migration VALUES ('9999-future', '2099')")
  await query(environment.TONEGATE_STORE, 'DELETE FROM nam.schema_compatibility')
  const { code, text } = await failedStart(t, environment)
  assert.equal(code, 78)
  assert.match(text, /^The schema nam .*: .*a newer version has migrated it.* Start the newer version/)
})

test('the schema of one region is not served as another', async (t) => {
  const { environment } = await newDatabase()
  await createDatabases(environment)
  await query(environment.TONEGATE_STORE, 'ALTER SCHEMA nam RENAME TO emea')
  const { code, text } = await failedStart(t, { ...environment, ...{ TONEGATE_DEFAULT_REGION: 'emea' } })
  assert.equal(code, 78)
  assert.match(text, /^The schema emea .* belongs to the region nam, and cannot be served as emea/)
})

test('a database that takes no writes is said to be read-only', async (t) => {
  const { name, environment } = await newDatabase()
  await createDatabases(environment)
  await query(postgres.url, `ALTER DATABASE ${name} SET default_transaction_read_only = on`)
  const { code, text } = await failedStart(t, environment)
  assert.equal(code, 75)
  assert.match(text, /cannot be used: it is read-only.*Name the server that can be written in TONEGATE_STORE/)
})

test('a database whose encoding lacks letters is named, and gets no tables', async (t) => {
  const { name, environment } = await newDatabase("TEMPLATE template0 ENCODING WIN1252 LOCALE 'C'")
  const text =
    `The schema nam of the PostgreSQL database 127.0.0.1:${postgres.port}/${name} cannot be used: ` +
    "its encoding is WIN1252, which cannot keep every text. Name a database in TONEGATE_STORE that was made with ENCODING 'UTF8'."
  const started = await failedStart(t, environment)
  assert.equal(started.code, 78)
  assert.ok(started.text.includes(text), started.text)
  const made = await runAdmin(environment, ['database', 'create', '--region', 'nam'])
  assert.ok(made.complaint.includes(text), made.complaint)
  const { rows } = await query(`${postgres.url}/${name}`, "SELECT 1 FROM pg_tables WHERE schemaname = 'nam'")
  assert.deepEqual(rows, [])
})

test('a schema that lacks a table, or whose pages are damaged, is to be restored', async (t) => {
  const lacking = await newDatabase()
  await createDatabases(lacking.environment)
  await query(lacking.environment.TONEGATE_STORE, 'DROP TABLE nam.node')
  const incomplete = await failedStart(t, lacking.environment)
  assert.equal(incomplete.code, 78)
  assert.match(incomplete.text, /it is damaged: relation "node" does not exist\. Restore it from a backup\.$/)

  const { environment } = await newDatabase()
  await createDatabases(environment)
  const { rows } = await query(
    environment.TONEGATE_STORE,
    "SELECT pg_relation_filepath('nam.kysely_migration') AS file",
  )
  await postgres.end()
  writeFileSync(join(postgres.folder, 'data', rows[0].file), Buffer.alloc(8192, 0xa5))
  await postgres.start()
  const { code, text } = await failedStart(t, environment)
  assert.equal(code, 78)
  assert.match(text, /cannot be used: its data is damaged\. Restore it from a backup\.$/)
})

test('a full disk of the server leaves no half of a region behind', async (t) => {
  const disk = mountSmallDisk(t, { mebibytes: 24 })
  if (!disk) return
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'nobody'])))
  chownSync(disk.dataFolder, uid ?? 0, gid ?? 0)
  await query(postgres.url, `CREATE TABLESPACE small LOCATION '${disk.dataFolder}'`)
  const { name, environment } = await newDatabase('TABLESPACE small')
  t.after(async () => {
    await query(postgres.url, `DROP DATABASE ${name} WITH (FORCE)`)
    await query(postgres.url, 'DROP TABLESPACE small')
  })
  disk.fill()
  const { code, complaint } = await runAdmin(environment, ['database', 'create'])
  assert.equal(code, 1)
  assert.match(complaint, /^The schema nam .* cannot be used: its disk is full\. Make room there\.\n$/)
  disk.makeRoom()
  await createDatabases(environment)
})

test('a data folder is neither needed nor made', async (t) => {
  const { environment } = await newDatabase()
  await createDatabases(environment)
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-without-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const server = startServer(t, environment, { cwd: folder })
  await server.ready()
  server.kill('SIGTERM')
  server.kill('SIGTERM')
  assert.equal(await server.ended, 0)
  assert.deepEqual(execFileSync('ls', ['-A', folder], { encoding: 'utf8' }), '')
})
