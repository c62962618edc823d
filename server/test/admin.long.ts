import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runAdmin } from './harness/test-admin.ts'
import { createDatabases } from './harness/test-databases.ts'
import { startTerminator } from './harness/test-terminator.ts'

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url))

function production(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-admin-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'data'), { mode: 0o700 })
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env
  return {
    ...inherited,
    TONEGATE_MODE: 'production',
    TONEGATE_DOMAIN: 'example.com',
    TONEGATE_PROXY: 'trusted',
    TONEGATE_DATA: join(folder, 'data'),
    TONEGATE_SEALING_KEY: randomBytes(32).toString('base64'),
    TONEGATE_DRAIN_SECONDS: '0',
    PORT: '0',
  }
}

/** The same, on a region whose database has been made. */
async function begunProduction(t: TestContext) {
  const env = production(t)
  await createDatabases(env)
  return env
}

/** Runs a command as an operator does: as a process of its own, with what is piped into it. */
const adminProcess: typeof runAdmin = (env, typed, piped = '') =>
  new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [script('../src/admin.ts'), ...typed],
      { env },
      (error, answer, complaint) => {
        resolve({ code: error === null ? 0 : Number(error.code), answer, complaint })
      },
    )
    child.stdin?.end(piped)
  })

/** The server as a process of its own; resolves when it is ready. */
async function startServer(t: TestContext, env: NodeJS.ProcessEnv): Promise<number> {
  return (await runServer(t, env)).port
}

async function runServer(t: TestContext, env: NodeJS.ProcessEnv) {
  const server = spawn(process.execPath, [script('../src/main.ts')], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => stop(server))
  let log = ''
  const port = await new Promise<number>((resolve, reject) => {
    server.once('exit', () => reject(new Error(`The server did not start: ${log}`)))
    server.stdout.on('data', (chunk) => {
      log += chunk
      const found = /"port":(\d+)/.exec(log)?.[1]
      if (found !== undefined) resolve(Number(found))
    })
  })
  return { port, stop: () => stop(server) }
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const ended = new Promise((resolve) => server.once('exit', resolve))
  server.kill('SIGTERM')
  await ended
}

test('a client that is made while production runs gets in, and out within a second of being disabled', async (t) => {
  const env = await begunProduction(t)
  const outside = `http://127.0.0.1:${await startTerminator(t, await startServer(t, env))}`
  assert.equal((await runAdmin(env, ['account', 'create', 'Quay', '--production'])).code, 0)
  const typed = ['client', 'create', 'backend', '--account', 'Quay']
  const options = ['--flow', 'client_credentials', '--scope', 'globalpci', '--json']
  const made = JSON.parse((await runAdmin(env, [...typed, ...options])).answer)

  const ask = () =>
    fetch(`${outside}/auth/connect/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope: 'globalpci',
        client_id: made.clientId,
        client_secret: made.clientSecret,
      }),
    })
  const granted = await ask()
  assert.equal(granted.status, 200)
  const authorization = `Bearer ${((await granted.json()) as { access_token: string }).access_token}`
  const use = async () => {
    const path = '/globalpci/v1/session/018f0000-0000-7000-8000-000000000000'
    return (await fetch(`${outside}${path}`, { headers: { authorization } })).status
  }
  assert.equal(await use(), 404)

  assert.equal((await runAdmin(env, ['client', 'disable', made.clientId])).code, 0)
  const disabledAt = performance.now()
  while ((await use()) !== 401) {
    assert.ok(performance.now() - disabledAt < 10_000, 'the token is still taken')
  }
  const refused = await ask()
  assert.deepEqual([refused.status, await refused.json()], [400, { error: 'invalid_client' }])
})

test('one command makes the database, for its owner alone, and the server finds what the others made', async (t) => {
  const env = production(t)
  const early = await runAdmin(env, ['client', 'list'])
  assert.equal(early.code, 1)
  assert.match(
    early.complaint,
    /^The database .* does not exist, .*TONEGATE_DATA.* database create --region nam$/m,
  )
  assert.deepEqual(readdirSync(env.TONEGATE_DATA), [])
  assert.equal((await runAdmin(env, ['account', 'create', 'Quay'])).complaint, early.complaint)
  const place = `The database ${join(env.TONEGATE_DATA, 'nam.db')}`
  assert.deepEqual(await runAdmin(env, ['database', 'create']), {
    ...{ code: 0, complaint: '' },
    answer: `${place} was created for the region nam.\n`,
  })
  assert.deepEqual(await runAdmin(env, ['database', 'create']), {
    ...{ code: 1, answer: '' },
    complaint: `${place} exists already.\n`,
  })
  assert.equal((await runAdmin(env, ['account', 'create', 'Quay'])).code, 0)
  assert.equal(statSync(join(env.TONEGATE_DATA, 'nam.db')).mode & 0o777, 0o600)
  const typed = ['administrator', 'create', 'ada', '--account', 'Quay']
  assert.equal((await runAdmin(env, typed, 'a quiet harbour\n')).answer, 'ada can sign in.\n')
  const weak = await runAdmin(env, ['user', 'set-password', 'ada'], 'short\n')
  assert.deepEqual(
    [weak.code, weak.complaint],
    [1, 'The password is too short. It must have at least 12 characters.\n'],
  )
  assert.equal((await runAdmin(env, ['keys', 'rotate'])).code, 0)
  await startServer(t, env)
  assert.match((await runAdmin(env, ['user', 'list'])).answer, /^ada {2,}ada {2,}Quay {2,}administrator/m)
})

test('a command says what is wrong with the configuration, and with a region that is not served', async (t) => {
  const env = production(t)
  const unset = await runAdmin({ ...env, TONEGATE_SEALING_KEY: '' }, ['account', 'list'])
  assert.equal(unset.code, 1)
  assert.match(unset.complaint, /TONEGATE_SEALING_KEY is missing/)
  const elsewhere = await runAdmin(env, ['account', 'create', 'Quay', '--region', 'emea'])
  assert.deepEqual(
    [elsewhere.code, elsewhere.complaint],
    [1, 'The region emea is not served here: TONEGATE_REGIONS does not include it.\n'],
  )
  assert.equal((await runAdmin(env, ['nonsense'])).code, 2)
  assert.equal((await runAdmin({ ...env, TONEGATE_MODE: '' }, ['--help'])).code, 0)
})

test('a configuration is piped into a command, and what is wrong with one is its exit code', async (t) => {
  const env = await begunProduction(t)
  await runAdmin(env, ['account', 'create', 'Quay'])
  const configuration = {
    id: 0,
    name: 'Telephone',
    resultTemplate: 'orbital',
    defaultCurrency: 'USD',
    flow: { gateway: 'harbour', merchantName: 'Quay', frameAncestors: ['https://desk.example.com'] },
  }
  const put = await adminProcess(
    env,
    ['configuration', 'put', '-', '--account', 'Quay'],
    JSON.stringify(configuration),
  )
  assert.equal(put.code, 0, put.complaint)
  const shown = await adminProcess(env, ['configuration', 'show', '0', '--account', 'Quay'])
  assert.equal(JSON.parse(shown.answer).flow.gateway, 'harbour')
  assert.equal((await adminProcess(env, ['nonsense'])).code, 2)
})

test('a file may begin with a byte order mark, and has to be UTF-8', async (t) => {
  const env = await begunProduction(t)
  await runAdmin(env, ['account', 'create', 'Quay'])
  const configuration = {
    id: 0,
    name: 'Téléphone',
    resultTemplate: 'orbital',
    defaultCurrency: 'USD',
    flow: { gateway: 'harbour', merchantName: 'Quay', frameAncestors: ['https://desk.example.com'] },
  }
  const file = join(env.TONEGATE_DATA, 'configuration.json')
  const put = ['configuration', 'put', file, '--account', 'Quay']
  writeFileSync(file, `\ufeff${JSON.stringify(configuration)}`)
  assert.deepEqual(await runAdmin(env, put).then(({ code, complaint }) => [code, complaint]), [0, ''])
  writeFileSync(file, JSON.stringify(configuration), 'latin1')
  assert.equal((await runAdmin(env, put)).complaint, `${file} is not UTF-8.\n`)
})

test('another sealing key than that of the data is told as such, by the server and by the commands', async (t) => {
  const env = await begunProduction(t)
  await (await runServer(t, env)).stop()
  const other = { ...env, TONEGATE_SEALING_KEY: randomBytes(32).toString('base64') }
  const text = /^TONEGATE_SEALING_KEY is not the key that the data in TONEGATE_DATA was sealed with/
  const rotated = await runAdmin(other, ['keys', 'rotate'])
  assert.equal(rotated.code, 1)
  assert.match(rotated.complaint, text)
  const server = spawn(process.execPath, [script('../src/main.ts')], {
    env: other,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let complaint = ''
  server.stderr.on('data', (chunk) => {
    complaint += chunk
  })
  const [code] = await once(server, 'close')
  assert.equal(code, 78)
  assert.match(complaint, text)
  assert.ok(!complaint.includes(other.TONEGATE_SEALING_KEY))
})
