import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startTestTonegate } from '../server/test/harness/test-tonegate.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = readFileSync(`${root}docs/backup.md`, 'utf8')
const [backUp = '', restore = '', upgrade = '', ...others] = [
  ...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm),
].map(([, block = '']) => block)

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

test('a backup of a running server, restored, is the server as it was then', async (t) => {
  assert.deepEqual(others, [])
  const folder = makeFolder(t)
  const environment = {
    TONEGATE_MODE: 'production',
    TONEGATE_DOMAIN: 'example.com',
    TONEGATE_PROXY: 'trusted',
    TONEGATE_SEALING_KEY: randomBytes(32).toString('base64'),
    TONEGATE_DATA: join(folder, 'data'),
    TONEGATE_REGIONS: 'nam,emea',
  }
  mkdirSync(environment.TONEGATE_DATA)
  const backups = join(folder, 'backups')
  const inFolder = (block: string) => block.replaceAll('/var/backups/tonegate', backups)
  const admin = (typed: string) =>
    run(`"$0" server/src/admin.ts ${typed}`.replace('"$0"', process.execPath), root, environment)

  const { close } = await startTestTonegate(t, { environment })
  await admin('account create Before')
  await run(inFolder(backUp), root, environment)
  assert.equal(statSync(join(backups, 'nam.db')).mode & 0o777, 0o600)
  assert.ok(statSync(join(backups, 'emea.db')).size > 0)
  await admin('account create After')
  await close()

  await run(inFolder(restore), root, environment)
  await startTestTonegate(t, { environment })
  const accounts = await admin('account list')
  assert.match(accounts, /Before/)
  assert.doesNotMatch(accounts, /After/)
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
