import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startPostgres } from '../server/test/harness/test-postgres.ts'
import { startTestTonegate } from '../server/test/harness/test-tonegate.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = readFileSync(`${root}docs/backup.md`, 'utf8')
const blocks = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block)
const [backUp = '', verify = '', restore = '', makeSafe = '', ...more] = blocks
const [moveThere = '', moveBack = '', upgrade = '', ...others] = more

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-backup-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function run(script: string, cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env
  const options = { cwd, env: { ...inherited, ...env } }
  return new Promise((resolve, reject) => {
    execFile('bash', ['-euo', 'pipefail', '-c', script], options, (error, output, complaint) => {
      if (error === null) resolve(output)
      else reject(new Error(`${script}\n${output}${complaint}`))
    })
  })
}

/** A server in production on its data folder, and the blocks of the page beside it. */
function startMachine(t: TestContext) {
  const folder = makeFolder(t)
  const data = join(folder, 'data')
  const environment = {
    TONEGATE_MODE: 'production',
    TONEGATE_DOMAIN: 'example.com',
    TONEGATE_PROXY: 'trusted',
    TONEGATE_SEALING_KEY: randomBytes(32).toString('base64'),
    TONEGATE_DATA: data,
  }
  mkdirSync(environment.TONEGATE_DATA)
  const backups = join(folder, 'backups')
  return {
    data,
    backups,
    runBlock: (block: string, more: NodeJS.ProcessEnv = {}) =>
      run(block.replaceAll('/var/backups/tonegate', backups), root, { ...environment, ...more }),
    start: (more: Readonly<Record<string, string>> = {}) =>
      startTestTonegate(t, { environment: { ...environment, ...more } }),
  }
}

const createAccount = (name: string) => `npm run --silent admin -- account create '${name}' --production`
const listAccounts = 'npm run --silent admin -- account list'

test('a backup of a running server, restored, is the server as it was then, and safe', async (t) => {
  assert.deepEqual(others, [])
  const { backups, data, runBlock, start } = startMachine(t)
  const { close } = await start()
  await runBlock(createAccount('Before'))
  await runBlock(backUp)
  const [name = '', ...more] = readdirSync(backups)
  assert.match(name, /^nam-\d{8}T\d{6}Z\.jsonl\.gz$/)
  assert.deepEqual(more, [])
  assert.equal(statSync(join(backups, name)).mode & 0o777, 0o600)
  await runBlock(createAccount('After'))
  await close()

  const BACKUP = join(backups, name)
  assert.match(await runBlock(verify, { BACKUP }), /^region +nam$[\s\S]+^account +1 +[0-9a-f]{64}$/m)
  assert.match(await runBlock(restore, { BACKUP }), /The region nam was restored/)
  assert.ok(readdirSync(data).some((each) => /^nam\.replaced-\d{8}T\d{6}Z\.db$/.test(each)))
  assert.match(await runBlock(makeSafe), /^Sessions that were open: 0\./)
  const restored = await start()
  const accounts = await runBlock(listAccounts)
  assert.match(accounts, /Before/)
  assert.doesNotMatch(accounts, /After/)
  await restored.close()
})

test('a region is moved to PostgreSQL and back', async (t) => {
  const postgres = await startPostgres()
  t.after(() => postgres.stop())
  const { data, runBlock, start } = startMachine(t)
  const DATABASE_URL = `${postgres.url}/postgres`
  await (await start()).close()
  await runBlock(createAccount('Before'))
  await runBlock(moveThere, { DATABASE_URL })
  assert.ok(readdirSync(data).some((each) => /^nam\.moved-\d{8}T\d{6}Z\.db$/.test(each)))
  const there = { TONEGATE_STORE: DATABASE_URL }
  const moved = await start(there)
  assert.match(await runBlock(listAccounts, there), /Before/)
  await runBlock(createAccount('Made there'), there)
  await moved.close()
  await runBlock(`${moveBack}\n${listAccounts}`, there)
  await start()
  assert.match(await runBlock(listAccounts), /Made there/)
})

test('an upgrade checks out a version and builds it', async (t) => {
  const folder = makeFolder(t)
  const [origin, clone] = [join(folder, 'origin'), join(folder, 'clone')]
  const git = (cwd: string, ...typed: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', ...typed], {
      ...{ cwd, stdio: 'ignore' },
    })
  const release = (version: string) => {
    const scripts = { build: `echo ${version} > built` }
    write(join(origin, 'package.json'), { name: 'upgraded', version, scripts })
    write(join(origin, 'package-lock.json'), { name: 'upgraded', version, lockfileVersion: 3, packages: {} })
    git(origin, 'add', '.')
    git(origin, 'commit', '-m', version)
    git(origin, 'tag', `v${version}`)
  }
  mkdirSync(origin)
  git(origin, 'init', '--initial-branch', 'main')
  release('0.1.0')
  git(folder, 'clone', origin, clone)
  release('0.2.0')
  await run(upgrade, clone, { VERSION: 'v0.2.0' })
  assert.equal(readFileSync(join(clone, 'built'), 'utf8'), '0.2.0\n')
  await run(upgrade, clone, { VERSION: 'v0.1.0' })
  assert.equal(readFileSync(join(clone, 'built'), 'utf8'), '0.1.0\n')
})

function write(file: string, value: object): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify(value))
}
