import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { runAdmin } from './harness/test-admin.ts'
import { createDatabases } from './harness/test-databases.ts'
import { eventually } from './harness/test-eventually.ts'
import { freePort } from './harness/test-free-port.ts'
import { startServer } from './harness/test-server.ts'
import { mountSmallDisk } from './harness/test-small-disk.ts'

const nobody = 65_534
const asOther = process.getuid?.() === 0 ? false : 'another user cannot be become'

function newFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-faulty-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const productionOn = (folder: string) => ({
  TONEGATE_MODE: 'production',
  TONEGATE_DOMAIN: 'example.com',
  TONEGATE_PROXY: 'trusted',
  TONEGATE_SEALING_KEY: randomBytes(32).toString('base64'),
  TONEGATE_DATA: folder,
})

/** A production region that has been made and never served. */
async function begun(folder: string) {
  const environment = productionOn(folder)
  await createDatabases(environment)
  return environment
}

/** What a start that fails says, and its exit code: a plain text, without a stack and without the sealing key. */
async function failedStart(
  t: TestContext,
  environment: Readonly<Record<string, string>>,
  more: { readonly uid?: number } = {},
) {
  const server = startServer(t, environment, more)
  const code = await server.ended
  const text = server.complaint().trim()
  assert.doesNotMatch(text, /\n +at |node:/)
  assert.ok(!text.includes(environment.TONEGATE_SEALING_KEY ?? 'no key'))
  assert.doesNotMatch(server.log(), /is ready/)
  return { code, text }
}

test('an unmounted data folder does not become a new region', async (t) => {
  const folder = newFolder(t)
  const { code, text } = await failedStart(t, productionOn(folder))
  assert.equal(code, 78)
  assert.equal(
    text,
    `The database ${folder}/nam.db does not exist, and in production no new one is made by itself. ` +
      'If the data is on a volume, mount it; if it is in another folder, set TONEGATE_DATA. ' +
      'For a new region create it: npm run --silent admin -- database create --region nam',
  )
  assert.deepEqual(readdirSync(folder), [])
  const gone = join(folder, 'gone')
  const withoutFolder = await failedStart(t, productionOn(gone))
  assert.equal(withoutFolder.code, 78)
  assert.match(withoutFolder.text, new RegExp(`TONEGATE_DATA is ${gone}, which does not exist\\. .*mount it`))
  assert.throws(() => statSync(gone))
})

test('each missing database is named, and those that are there stay as they are', async (t) => {
  const folder = newFolder(t)
  const environment = { ...(await begun(folder)), TONEGATE_REGIONS: 'nam,emea,apac' }
  const before = readFileSync(join(folder, 'nam.db'))
  const { code, text } = await failedStart(t, environment)
  assert.equal(code, 78)
  assert.deepEqual(
    text.split('\n').map((line) => /database create --region (\w+)$/.exec(line)?.[1]),
    ['emea', 'apac'],
  )
  assert.deepEqual(readFileSync(join(folder, 'nam.db')), before)
})

test('a database that is lost is said to be, and a command makes no other', async (t) => {
  const folder = newFolder(t)
  const environment = await begun(folder)
  for (const name of ['nam.db', 'nam.db-wal', 'nam.db-shm']) rmSync(join(folder, name), { force: true })
  const { code, text } = await failedStart(t, environment)
  assert.equal(code, 78)
  assert.match(text, /nam\.db is missing, though this data folder has had it: .*Restore it from a backup/)
  await assert.rejects(createDatabases(environment), /Restore it from a backup/)
})

test('a damaged database is named, and left as it is', async (t) => {
  const folder = newFolder(t)
  const environment = await begun(folder)
  const file = join(folder, 'nam.db')
  writeFileSync(file, 'this is no database'.repeat(500))
  const before = readFileSync(file)
  const { code, text } = await failedStart(t, environment)
  assert.equal(code, 78)
  assert.equal(text, `The database ${file} cannot be used: its file is damaged. Restore it from a backup.`)
  assert.deepEqual(readFileSync(file), before)
})

test('a database without a table of its own is damaged', async (t) => {
  const folder = newFolder(t)
  const environment = await begun(folder)
  change(join(folder, 'nam.db'), 'DROP TABLE node')
  const { code, text } = await failedStart(t, environment)
  assert.equal(code, 78)
  assert.match(
    text,
    /nam\.db cannot be used: it is damaged: no such table: node\. Restore it from a backup\.$/,
  )
})

test('a database of a newer version is told as such, and stays as it is', async (t) => {
  const folder = newFolder(t)
  const environment = await begun(folder)
  const file = join(folder, 'nam.db')
  change(
    file,
    "INSERT INTO kysely_migration VALUES ('9999-future', '2099'); DELETE FROM schema_compatibility",
  )
  const before = readFileSync(file)
  const { code, text } = await failedStart(t, environment)
  assert.equal(code, 78)
  assert.match(text, /^The database \S+nam\.db: .*a newer version has migrated it.* Start the newer version/)
  assert.deepEqual(readFileSync(file), before)
})

test('the database of one region is not served as another, under either key', async (t) => {
  const folder = newFolder(t)
  const environment = { ...(await begun(folder)), TONEGATE_DEFAULT_REGION: 'emea' }
  renameSync(join(folder, 'nam.db'), join(folder, 'emea.db'))
  const { code, text } = await failedStart(t, environment)
  assert.equal(code, 78)
  assert.match(text, /emea\.db belongs to the region nam, and cannot be served as emea/)
  rmSync(join(folder, 'databases.json'))
  const back = { ...environment, TONEGATE_DEFAULT_REGION: 'nam' }
  renameSync(join(folder, 'emea.db'), join(folder, 'nam.db'))
  const server = startServer(t, back)
  await server.ready()
  server.kill('SIGINT')
  server.kill('SIGINT')
  assert.equal(await server.ended, 0)
})

test('a full disk is said, with what may pass as the exit code', async (t) => {
  const disk = mountSmallDisk(t, { mebibytes: 16 })
  if (!disk) return
  const environment = await begun(disk.dataFolder)
  disk.fill()
  const { code, text } = await failedStart(t, environment)
  assert.equal(code, 75)
  assert.match(text, new RegExp(`${disk.dataFolder}.* cannot be used: the disk is full`))
  disk.makeRoom()
  const server = startServer(t, environment)
  await server.ready()
})

test('a disk that is mounted read-only is said among the faults of the configuration', async (t) => {
  const disk = mountSmallDisk(t, { mebibytes: 16 })
  if (!disk) return
  const environment = await begun(disk.dataFolder)
  execFileSync('mount', ['-o', 'remount,ro', join(disk.dataFolder, '..')])
  const { code, text } = await failedStart(t, environment)
  assert.equal(code, 78)
  assert.match(text, /TONEGATE_DATA is \S+, which cannot be used: the file system is read-only\./)
})

test('a database that this user cannot write is said, and so is a folder', { skip: asOther }, async (t) => {
  const folder = newFolder(t)
  const environment = await begun(folder)
  for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o644)
  const foreign = await failedStart(t, environment, { uid: nobody })
  assert.equal(foreign.code, 78)
  assert.match(foreign.text, /TONEGATE_DATA is \S+, which cannot be used: this user has no access to it\./)
  chownSync(folder, nobody, nobody)
  const { code, text } = await failedStart(t, environment, { uid: nobody })
  assert.equal(code, 75)
  assert.match(text, /nam\.db cannot be used: .*The user that the server runs as must own the file/)
})

/** Ten things that are wrong at once, of which the disk, the ports and the environment have some each. */
test('ten faults of a configuration are told at once', async (t) => {
  const folder = newFolder(t)
  const keys = join(folder, 'keys')
  writeFileSync(keys, randomBytes(32).toString('base64'), { mode: 0o644 })
  chmodSync(keys, 0o644)
  const { code, text } = await failedStart(t, {
    TONEGATE_MODE: 'production',
    TONEGATE_DATA: join(folder, 'nowhere'),
    TONEGATE_SEALING_KEY_FILE: keys,
    TONEGATE_REGIONS: 'nam,moon',
    TONEGATE_TOKEN_LIFETIME: '1',
    TONEGATE_ROLE: 'api',
    TONEGATE_CHANNEL_LISTEN: '127.0.0.1:8443',
    TONEGATE_CHANNEL_PEER: 'https://127.0.0.1:8444',
    TONEGATE_CHANNEL_KEY: 'short',
    TONEGATE_OPS_LISTEN: '0.0.0.0:8080',
    PORT: '8080',
    TONEGATE_DRAIN_SECONDS: '30',
    TONEGATE_STOP_SECONDS: '20',
    TONEGATE_SMTP_URL: 'ftp://mail.example.com',
  })
  assert.equal(code, 78)
  const lines = text.split('\n').slice(1)
  for (const fault of [
    /^ {2}TONEGATE_DOMAIN is missing/,
    /^ {2}TONEGATE_DATA is \S+nowhere, which does not exist\./,
    /^ {2}TONEGATE_SEALING_KEY_FILE is \S+keys, which every user of this machine can read or change\..*chmod o=/,
    /^ {2}TONEGATE_PROXY is 'none'/,
    /^ {2}TONEGATE_REGIONS is 'nam,moon'/,
    /^ {2}TONEGATE_TOKEN_LIFETIME is '1'/,
    /^ {2}TONEGATE_CHANNEL_KEY is not 32 bytes/,
    /^ {2}TONEGATE_OPS_LISTEN has the port 8080, which PORT has too/,
    /^ {2}TONEGATE_STOP_SECONDS is '20'; it must be more than TONEGATE_DRAIN_SECONDS, which is 30\./,
    /^ {2}TONEGATE_SMTP_URL /,
  ]) {
    assert.equal(lines.filter((line) => fault.test(line)).length, 1, `${fault}\n${text}`)
  }
})

function change(file: string, sql: string): void {
  const database = new DatabaseSync(file)
  database.exec(sql)
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  database.close()
}

test('a server that is told to end before it is ready ends at once, in order', async (t) => {
  const folder = newFolder(t)
  const port = await freePort()
  const environment = { ...(await begun(folder)), TONEGATE_OPS_LISTEN: `127.0.0.1:${port}` }
  const other = new DatabaseSync(join(folder, 'nam.db'))
  t.after(() => other.close())
  other.exec('BEGIN EXCLUSIVE')
  const server = startServer(t, environment)
  await eventually(async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined)
    return (await answer?.text())?.includes('starting')
  })
  server.kill('SIGTERM')
  assert.equal(await server.ended, 0)
  assert.equal(server.complaint(), '')
})

test('of a database that does not fit on the disk nothing is left, wherever in it the disk is full', async (t) => {
  const disk = mountSmallDisk(t, { mebibytes: 1 })
  if (!disk) return
  const environment = productionOn(disk.dataFolder)
  disk.fill()
  for (let room = 0; room < 8; room += 1) {
    if (room > 0) disk.makeSomeRoom(64 * 1024)
    const full = await runAdmin(environment, ['database', 'create'])
    assert.equal(full.code, 1)
    assert.match(full.complaint, /nam\.db cannot be used: the disk is full\. Make room there\./)
    assert.ok(!readdirSync(disk.dataFolder).some((name) => name.startsWith('nam.db')))
  }
})
