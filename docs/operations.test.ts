import assert from 'node:assert/strict'
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { commands } from '../server/src/cli/commands.ts'
import { readConfig } from '../server/src/config/config.ts'
import { eventually } from '../server/test/harness/test-eventually.ts'
import { startTerminator } from '../server/test/harness/test-terminator.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = readFileSync(`${root}docs/operations.md`, 'utf8')

/** What the README's test runs from a clean clone, and `npm test` before the tests. */
const fetchAndBuild = 'npm ci && npm run build'
const start = 'node_modules/.bin/node dist/tonegate.cjs serve'

/** The code blocks of the page, in their order: commands for a shell, and settings. */
const blocksIn = (language: 'sh' | 'ini') =>
  [...page.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
    .filter(([, each, block = '']) => {
      assert.match(each ?? '', /^(?:sh|ini)$/, block)
      return each === language
    })
    .map(([, , block = '']) => block.trim())

const blocks = blocksIn('sh')

test('the table of docs/operations.md lists every command as help does, and no other', () => {
  const rows = [...page.matchAll(/^\| `([a-z-]+(?: [a-z-]+)?)(?: <([\w-]+)>)?` +\| (.*?) +\|$/gm)]
  assert.deepEqual(
    rows.map(([, name, argument, summary]) => ({ name, argument, summary })),
    commands.map(({ name, argument, summary }) => ({ name, argument: argument?.name, summary })),
  )
})

test('the settings of docs/operations.md are taken, as a shell reads them', () => {
  const read = blocksIn('ini').map((block) => {
    const script = `set -a; ${block}\nexec "$0" -p 'JSON.stringify(process.env)'`
    const environment = execFileSync('bash', ['-c', script, process.execPath], {
      ...{ env: {}, encoding: 'utf8' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const { mail, sms } = readConfig(JSON.parse(environment))
    return { mail, sms }
  })
  const [mail, json, form, ...more] = read
  assert.deepEqual(more, [])
  assert.deepEqual(mail?.mail?.credentials, { user: 'tonegate', pass: 'p@ssword' })
  assert.equal(json?.sms?.body.kind, 'json')
  assert.equal(form?.sms?.body.kind, 'form')
  assert.match(form?.sms?.headers.authorization ?? '', /^Basic /)
})

test('no document holds a sealing key that somebody could take for their own', () => {
  for (const document of ['README.md', 'docs/operations.md', 'docs/security.md', 'docs/authentication.md']) {
    assert.doesNotMatch(readFileSync(`${root}${document}`, 'utf8'), /\b[A-Za-z0-9+/]{43}=/)
  }
})

/** A machine with nothing on it, on which the blocks of the page are run one after the other, as in one shell. */
function startEmptyMachine(t: TestContext, load: string) {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-operations-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env
  let environment: NodeJS.ProcessEnv = { ...inherited, CURL_HOME: folder }
  const inFolder = (block: string) =>
    block
      .replaceAll('/etc/tonegate', join(folder, 'etc'))
      .replaceAll('/var/lib/tonegate', join(folder, 'data'))
  const run = (block: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const script = ['-euo', 'pipefail', '-c', inFolder(block)]
      execFile('bash', script, { cwd: root, env: environment }, (error, output, complaint) => {
        if (error === null) resolve(output)
        else reject(new Error(`${block}\n${output}${complaint}`))
      })
    })
  return {
    folder,
    written: join(folder, 'etc/environment'),
    run,
    runLoaded: (block: string) => run(`${load}\n${block}`),
    sets(more: NodeJS.ProcessEnv) {
      environment = { ...environment, ...more }
    },
    serve: () => startServer(t, `${inFolder(load)} && exec ${start}`, environment),
  }
}

type EmptyMachine = ReturnType<typeof startEmptyMachine>

test('the commands of docs/operations.md lead from an empty machine to a token, and on', {
  timeout: 280_000,
}, async (t) => {
  const [fetch, configure = '', load = '', ...inOrder] = blocks
  const [people = '', client = '', gateway = '', configuration = '', started, ...more] = inOrder
  assert.equal(fetch, fetchAndBuild)
  assert.equal(started, start)
  const [token = '', rotate = '', end = '', addKey = '', reseal = '', dropKey = '', ...others] = more
  assert.deepEqual(others, [])
  const machine = startEmptyMachine(t, load)
  const { folder, run, runLoaded, sets, serve } = machine

  await beginData(machine, { configure, people })
  const credentials = await runLoaded(client)
  const shown = (name: string) => new RegExp(`^${name} +(\\S+)$`, 'm').exec(credentials)?.[1]
  sets({ CLIENT_ID: shown('clientId'), CLIENT_SECRET: shown('clientSecret') })
  assert.match(
    await runLoaded(gateway),
    /whsec_\S+\nThe gateway 'harbour-bank' of 'Harbour Street Books' was created/,
  )
  assert.match(await runLoaded(configuration), /has the configuration 0, 'Telephone'/)

  const first = await serve()
  const proxy = await startTerminator(t, first.port, certificate(folder))
  const certificates = `cacert = "${join(folder, 'certificate.pem')}"`
  writeFileSync(join(folder, '.curlrc'), `${certificates}\nconnect-to = "::127.0.0.1:${proxy}"\n`)
  const granted = /^\{"access_token":"eyJ0eXAi[^"]+","expires_in":3600,"token_type":"Bearer"\}$/
  await eventually(async () => granted.test(await run(token)))

  sets({ CLIENT_SECRET: /^clientSecret +(\S+)$/m.exec(await runLoaded(rotate))?.[1] })
  await eventually(async () => granted.test(await run(token)))
  const ended = await runLoaded(end)
  assert.deepEqual(ended.trim().split('\n'), [
    'orders is disabled.',
    'orders is enabled.',
    'orders was deleted.',
  ])
  await first.stop()
  await changeSealingKey(machine, { addKey, reseal, dropKey })
})

async function beginData(
  { folder, written, run, runLoaded }: EmptyMachine,
  { configure, people }: Readonly<Record<'configure' | 'people', string>>,
): Promise<void> {
  await run(configure)
  assert.equal(statSync(written).mode & 0o777, 0o600)
  assert.equal(statSync(join(folder, 'data')).mode & 0o777, 0o700)
  appendFileSync(written, 'PORT=0\nTONEGATE_DRAIN_SECONDS=0\n')
  const made = await runLoaded(people)
  assert.match(made, /^The database \S+nam\.db was created for the region nam\.$/m)
  assert.equal(made.match(/^password +[A-Za-z0-9]{20}$/gm)?.length, 2)
  assert.match(made, /^licence +administrator$/m)
}

async function changeSealingKey(
  { written, run, runLoaded, serve }: EmptyMachine,
  { addKey, reseal, dropKey }: Readonly<Record<'addKey' | 'reseal' | 'dropKey', string>>,
): Promise<void> {
  await run(addKey)
  assert.match(readFileSync(written, 'utf8'), /^TONEGATE_SEALING_KEY=[^,\n]{44},[^,\n]{44}$/m)
  const second = await serve()
  assert.match(
    await runLoaded(reseal),
    /^Sealed with the first key:\n {2}signing keys: 2\n {2}gateways: 1\n {2}ends of the audit log: 1\nThe other keys can be removed from the list/,
  )
  await second.stop()
  await run(dropKey)
  assert.match(readFileSync(written, 'utf8'), /^TONEGATE_SEALING_KEY=[^,\n]{44}$/m)
  await (await serve()).stop()
  assert.match(await runLoaded(reseal), /^Everything was already sealed with the first key/)
}

/** Runs the start's command until the server is ready; it ends with the test. */
function startServer(
  t: TestContext,
  command: string,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const options = { cwd: root, env, detached: true } as const
  const server = spawn('bash', ['-c', command], { ...options, stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => stop(server))
  let log = ''
  return new Promise((resolve, reject) => {
    server.once('exit', () => reject(new Error(`The server did not start: ${log}`)))
    server.stdout.on('data', (chunk) => {
      log += chunk
      const port = /"port":(\d+)/.exec(log)?.[1]
      if (port !== undefined) resolve({ port: Number(port), stop: () => stop(server) })
    })
  })
}

/** npm and the server behind it are one process group. */
async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null || server.pid === undefined) return
  const ended = new Promise((resolve) => server.once('exit', resolve))
  process.kill(-server.pid, 'SIGTERM')
  await ended
}

/** A certificate for the names of the page, and its key. */
function certificate(folder: string): { readonly key: string; readonly cert: string } {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  const names = ['nam.example.com', 'nam.api.example.com', 'nam.pay.example.com']
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'],
      ...['-keyout', key, '-out', cert, '-subj', '/CN=Tonegate test'],
      ...['-addext', `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`],
    ],
    { stdio: 'ignore' },
  )
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
}
