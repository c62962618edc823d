import assert from 'node:assert/strict'
import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { cloneEnvironment } from './harness/test-clone.ts'
import { eventually } from './harness/test-eventually.ts'

const root = resolve(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'tonegate package '))
after(() => rmSync(folder, { recursive: true, force: true }))

/** `npm pack` of what has been built before the tests, installed in a folder with nothing in it and a space in its name. */
const installed = install()

function install(): string {
  const npm = { encoding: 'utf8', env: cloneEnvironment() } as const
  const packing = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder]
  const archive = execFileSync('npm', packing, { ...npm, cwd: root }).trim()
  const empty = join(folder, 'empty folder')
  mkdirSync(empty)
  writeFileSync(join(empty, 'package.json'), '{}')
  execFileSync('npm', ['install', '--offline', '--silent', join(folder, archive)], { ...npm, cwd: empty })
  return empty
}

const program = join(installed, 'node_modules/tonegate/dist/tonegate.cjs')

/** Neither a home nor anything else that a shell would have. */
const bare = (environment: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({ ...environment, USER: 'ada' })

/** Runs `tonegate`; what it says, and how it ended. */
async function tonegate(
  words: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  before: readonly string[] = [],
) {
  const options = { cwd: installed, env: bare(environment), timeout: 60_000 }
  return promisify(execFile)(process.execPath, [...before, program, ...words], options).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  )
}

/** Starts a server of the package, and resolves when it says where it is. */
async function start(t: TestContext, words: readonly string[], environment: NodeJS.ProcessEnv) {
  const server = spawn(process.execPath, [program, ...words], { cwd: installed, env: bare(environment) })
  const ended = once(server, 'exit')
  t.after(async () => {
    server.kill('SIGKILL')
    await ended
  })
  let said = ''
  server.stdout.on('data', (text) => (said += text))
  server.stderr.on('data', (text) => (said += text))
  const isReady = () => said.includes('Tonegate is ready')
  await eventually(() => isReady() || server.exitCode !== null)
  assert.ok(isReady(), said)
  return {
    said: () => said,
    async stop() {
      server.kill('SIGTERM')
      const [code] = await ended
      return code
    },
  }
}

test('the package has what runs and what has to be said of it, and nothing of a development', () => {
  const home = join(installed, 'node_modules')
  assert.deepEqual(
    readdirSync(home).filter((name) => !name.startsWith('.')),
    ['tonegate'],
    'nothing else is installed',
  )
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())
  const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)
  assert.ok(bytes < 30e6, `${bytes} bytes in ${files.length} files`)
  assert.deepEqual(
    files
      .filter(({ name, parentPath }) => /\.tsx?$|\btest\b/.test(name) && !parentPath.includes('/dist/site/'))
      .map(({ name }) => name),
    [],
  )
  for (const name of ['LICENSE', 'NOTICE', 'README.md', 'dist/THIRD-PARTY-LICENSES.txt'])
    assert.ok(existsSync(join(home, 'tonegate', name)), name)
  const licences = readFileSync(join(home, 'tonegate/dist/THIRD-PARTY-LICENSES.txt'), 'utf8')
  for (const name of ['fastify', 'jose', 'pg', 'preact', 'pino'])
    assert.match(licences, new RegExp(`^${name} \\d`, 'm'))
  const hasSite = existsSync(join(home, 'tonegate/dist/site'))
  for (const name of ['@vue/runtime-core', 'minisearch', 'vitepress'])
    assert.equal(licences.includes(`\n## ${name} - `), hasSite, name)
})

test('the sandbox of the package plays a payment, and its commands administer it, with all threads at work', async (t) => {
  const { said, stop } = await start(t, [], { PORT: '0' })
  assert.ok(existsSync(join(installed, 'tonegate-data/sandbox.json')), 'its data has a folder of its own')
  assert.match(said(), /In the terminal: tonegate demo/)
  const demo = await tonegate(['demo'])
  assert.equal(demo.code, 0, demo.stderr)
  assert.match(demo.stdout, /Approved\./)

  const sandbox = JSON.parse(readFileSync(join(installed, 'tonegate-data/sandbox.json'), 'utf8'))
  const { tokenUrl, users, clients } = sandbox.regions.nam
  const { clientId, clientSecret } = clients.find(({ name }: { name: string }) => name === 'legacy')
  const [{ username, password }] = users
  const form = { grant_type: 'password', scope: 'globalpci', username, password }
  const token = await fetch(tokenUrl, {
    method: 'POST',
    body: new URLSearchParams({ ...form, client_id: clientId, client_secret: clientSecret }),
  })
  assert.equal(token.status, 200, 'a password is checked in a thread')
  for (const path of ['/sandbox', '/sandbox/outbox'])
    assert.equal((await fetch(new URL(path, sandbox.simulatorUrl))).status, 200, path)

  const listed = await tonegate(['client', 'list', '--json'])
  assert.equal(listed.code, 0, listed.stderr)
  assert.ok(JSON.parse(listed.stdout).length > 3)
  assert.equal(await stop(), 0)
})

test('an AI agent’s client is answered by the package, and when it has gone the process ends', async (t) => {
  const { stop } = await start(t, [], { PORT: '0' })
  const server = spawn(process.execPath, [program, 'mcp'], { cwd: installed, env: bare() })
  const ended = once(server, 'exit')
  t.after(() => server.kill('SIGKILL'))
  const hello = {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'client', version: '1' },
  }
  server.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: hello })}\n`)
  const [line] = await once(server.stdout.setEncoding('utf8'), 'data')
  assert.equal(JSON.parse(line).result.serverInfo.name, 'tonegate')
  server.stdin.end()
  assert.deepEqual([await ended, await stop()], [[0, null], 0])
})

test('in production nothing is made by itself, and what has to be done is named as the package does it', async (t) => {
  const data = join(folder, 'production')
  mkdirSync(data, { mode: 0o700 })
  const settings = {
    ...{
      TONEGATE_DOMAIN: 'example.com',
      TONEGATE_DEFAULT_REGION: 'nam',
      TONEGATE_PROXY: 'trusted',
      PORT: '0',
    },
    TONEGATE_SEALING_KEY: Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64'),
  }
  const unnamed = await tonegate(['serve'], settings)
  assert.equal(unnamed.code, 78)
  assert.match(unnamed.stderr, /TONEGATE_DATA/)
  const environment = { ...settings, TONEGATE_DATA: data }
  const missing = await tonegate(['serve'], environment)
  assert.equal(missing.code, 78)
  assert.match(missing.stderr, /For a new region create it: tonegate database create --region nam/)
  const created = await tonegate(['database', 'create'], { ...environment, TONEGATE_MODE: 'production' })
  assert.deepEqual([created.code, created.stderr], [0, ''])
  const { stop } = await start(t, ['serve'], environment)
  assert.equal(await stop(), 0)
})

test('init prepares a folder in which the server starts, as doctor says then', async (t) => {
  const [etc, data] = [join(folder, 'prepared etc'), join(folder, 'prepared data')]
  const words = ['init', '--domain', 'example.com', '--folder', etc, '--data', data, '--json']
  const prepared = await tonegate(words)
  assert.deepEqual([prepared.code, prepared.stderr], [0, ''])
  const { environment: file, next } = JSON.parse(prepared.stdout)
  assert.ok(next.includes('tonegate database create') && next.includes('tonegate serve'))
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  const settings = lines.map((line) => /^(\w+)='?(.*?)'?$/.exec(line)?.slice(1) ?? [])
  const environment = { ...Object.fromEntries(settings), PORT: '0', TONEGATE_OPS_LISTEN: '127.0.0.1:0' }
  assert.equal((await tonegate(['database', 'create'], environment)).code, 0)
  const { said, stop } = await start(t, ['serve'], environment)
  const [, opsPort] = /"opsPort":(\d+)/.exec(said()) ?? []
  const doctor = await tonegate(['doctor', '--json'], {
    ...environment,
    TONEGATE_OPS_LISTEN: `127.0.0.1:${opsPort}`,
  })
  const { points } = JSON.parse(doctor.stdout)
  const stateOf = (what: string) => points.find((point: { what: string }) => point.what === what)?.state
  assert.deepEqual(
    ['server', 'version', 'database nam', 'data folder', 'accounts nam', 'nam.example.com'].map(stateOf),
    ['in order', 'in order', 'in order', 'in order', 'wrong', 'wrong'],
  )
  assert.equal(doctor.code, 1)
  assert.equal(await stop(), 0)
})

test('bash completes the words of the package, and a noun alone explains itself', async () => {
  const { stdout } = await tonegate(['completion', 'bash'])
  const script = `${stdout}\nCOMP_WORDS=(tonegate doc); COMP_CWORD=1; _tonegate; echo "\${COMPREPLY[@]}"`
  assert.equal(
    execFileSync('bash', ['-c', script], { encoding: 'utf8', env: {}, stdio: ['ignore', 'pipe', 'inherit'] }),
    'doctor\n',
  )
  const noun = await tonegate(['backup'])
  assert.equal(noun.code, 0)
  assert.match(noun.stdout, /^ {2}backup create <file>/m)
})

test('tonegate says its version, explains itself, and refuses what it does not know', async () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  for (const word of ['--version', '-v', 'version'])
    assert.deepEqual(await tonegate([word]), { code: 0, stdout: `${version}\n`, stderr: '' })
  for (const words of [
    ['--help'],
    ['serve', '--help'],
    ['client', '--help'],
    ['client', 'create', '--help'],
    ['help', 'client', 'create'],
    ['help', 'serve'],
    ['--help', 'sandbox'],
  ]) {
    const { code, stdout, stderr } = await tonegate(words)
    assert.deepEqual([code, stderr], [0, ''], words.join(' '))
    assert.match(stdout, /^ {2}tonegate /m)
    assert.doesNotMatch(stdout, /npm run/)
  }
  const unknown = await tonegate(['sandboxes'])
  assert.equal(unknown.code, 2)
  assert.match(unknown.stderr, /^Unknown command 'sandboxes'\.\nSee: tonegate --help\n$/)
  for (const word of ['sandbox', 'demo']) {
    const said = `'${word}' has no options and no arguments.\nSee: tonegate ${word} --help\n`
    assert.deepEqual(await tonegate([word, '--port=80']), { code: 2, stdout: '', stderr: said })
  }
  const alone = await tonegate(['listen', '--url', 'http://127.0.0.1:1'])
  assert.equal(alone.code, 1)
  assert.match(alone.stderr, /Start one with tonegate sandbox, or say/)
})

test('an older Node.js is told in a sentence what is needed', async () => {
  const older = join(folder, 'older.cjs')
  writeFileSync(older, "Object.defineProperty(process.versions, 'node', { value: '18.20.8' })\n")
  for (const words of [[], ['serve'], ['--help']]) {
    const { code, stdout, stderr } = await tonegate(words, {}, ['--require', older])
    assert.deepEqual([code, stdout], [1, ''])
    assert.match(
      stderr,
      /^Tonegate needs Node\.js 24\.7 or newer, and this is Node\.js 18\.20\.8 \(.+\)\.\n$/,
    )
  }
})
