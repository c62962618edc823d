import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { request } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { freePort } from '../server/test/harness/test-free-port.ts'
import { startTestTonegate } from '../server/test/harness/test-tonegate.ts'

const page = readFileSync(fileURLToPath(new URL('proxies.md', import.meta.url)), 'utf8')

/** The block of the page in a language. */
function blockOf(language: string): string {
  const [, block] = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(page) ?? []
  assert.ok(block, `docs/proxies.md has a block of ${language}`)
  return block
}

/** A change of the block that the test needs; fails when the block no longer has what is changed. */
function put(text: string, there: string, instead: string): string {
  assert.ok(text.includes(there), `the block says ${there}`)
  return text.replaceAll(there, instead)
}

interface Place {
  readonly folder: string
  readonly port: number
  readonly upstream: number
}

/** How each proxy is started with the page's block, on a port and in front of a server of the test. */
const proxies = {
  nginx({ folder, port, upstream }: Place) {
    const server = [
      ['listen 443 ssl http2', `listen 127.0.0.1:${port} ssl http2`],
      ['/etc/tonegate/tls', folder],
      ['127.0.0.1:8080', `127.0.0.1:${upstream}`],
    ].reduce((text, [there = '', instead = '']) => put(text, there, instead), blockOf('nginx'))
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${folder}/${name};`)
      .join('\n')
    const file = join(folder, 'nginx.conf')
    writeFileSync(
      file,
      `pid ${folder}/nginx.pid;\nerror_log stderr;\nevents {}\nhttp {\n${temporary}\n${server}}\n`,
    )
    return ['-c', file, '-g', 'daemon off;']
  },
  caddy({ folder, port, upstream }: Place) {
    const names = 'nam.example.com, nam.api.example.com, nam.pay.example.com {'
    const site = put(
      put(blockOf('caddyfile'), '127.0.0.1:8080', `127.0.0.1:${upstream}`),
      names,
      `${names.replaceAll('.com', `.com:${port}`)}\n\ttls ${folder}/fullchain.pem ${folder}/privkey.pem`,
    )
    const file = join(folder, 'Caddyfile')
    writeFileSync(
      file,
      `{\n\tadmin off\n\tauto_https disable_redirects\n\tdefault_bind 127.0.0.1\n}\n${site}`,
    )
    return ['run', '--adapter', 'caddyfile', '--config', file]
  },
}

for (const [name, configure] of Object.entries(proxies)) {
  const skip = isInstalled(name) ? false : `${name} is not installed`

  test(`${name} as docs/proxies.md sets it up passes on what Tonegate needs, as it comes`, {
    skip,
  }, async (t) => {
    const seen: IncomingMessage['headers'][] = []
    let finish = () => {}
    const upstream = await startUpstream(t, (incoming, answer) => {
      seen.push(incoming.headers)
      answer.writeHead(200, { 'content-type': 'text/event-stream' })
      answer.write('data: first\n\n')
      finish = () => answer.end('data: last\n\n')
    })
    const { ask, port, ca } = await startProxy(t, name, configure, upstream)
    const answer = await ask('/agent/events', {
      'x-forwarded-for': '203.0.113.66',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'elsewhere.example.com',
    })
    const chunks = answer[Symbol.asyncIterator]()
    assert.equal(String((await chunks.next()).value), 'data: first\n\n')
    finish()
    assert.equal(String((await chunks.next()).value), 'data: last\n\n')
    const [headers] = seen
    assert.equal(headers?.host?.replace(/:\d+$/, ''), 'nam.example.com')
    assert.equal(headers?.['x-forwarded-proto'], 'https')
    assert.equal(headers?.['x-forwarded-for'], '127.0.0.1')

    const session = connectHttp2(`https://127.0.0.1:${port}`, { ca, servername: 'nam.example.com' })
    await once(session, 'connect')
    const { alpnProtocol } = session
    session.destroy()
    assert.equal(alpnProtocol, 'h2')
  })

  test(`a production server answers through ${name}, and names itself by https`, { skip }, async (t) => {
    const data = mkdtempSync(join(tmpdir(), 'tonegate-proxied-'))
    t.after(() => rmSync(data, { recursive: true, force: true }))
    const { tonegate } = await startTestTonegate(t, {
      environment: {
        TONEGATE_MODE: 'production',
        TONEGATE_DOMAIN: 'example.com',
        TONEGATE_PROXY: 'trusted',
        TONEGATE_SEALING_KEY: randomBytes(32).toString('base64'),
        TONEGATE_DATA: data,
      },
    })
    const { ask } = await startProxy(t, name, configure, tonegate.port)
    const answer = await ask('/auth/.well-known/openid-configuration')
    assert.equal(answer.statusCode, 200)
    assert.equal(JSON.parse(await textOf(answer)).issuer, 'https://nam.example.com/auth')
  })
}

function isInstalled(name: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${name}`])
    return true
  } catch {
    return false
  }
}

async function startUpstream(
  t: TestContext,
  answer: (incoming: IncomingMessage, answer: ServerResponse) => void,
): Promise<number> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** Starts a proxy of the machine's, with a certificate that the test trusts, and resolves when it listens. */
async function startProxy(
  t: TestContext,
  name: string,
  configure: (place: Place) => readonly string[],
  upstream: number,
) {
  const folder = mkdtempSync(join(tmpdir(), `tonegate-${name}-`))
  mkdirSync(join(folder, 'home'))
  const subject = ['-subj', '/CN=nam.example.com', '-addext', 'subjectAltName=DNS:nam.example.com']
  const files = ['-keyout', `${folder}/privkey.pem`, '-out', `${folder}/fullchain.pem`]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  execFileSync('openssl', ['req', '-x509', ...kind, ...subject, ...files], { stdio: 'ignore' })
  const ca = readFileSync(join(folder, 'fullchain.pem'))
  const port = await freePort()
  const { HOME: _, ...inherited } = process.env
  const proxy = spawn(name, [...configure({ folder, port, upstream })], {
    env: { ...inherited, HOME: join(folder, 'home') },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let complaint = ''
  proxy.stderr.on('data', (chunk) => {
    complaint += chunk
  })
  const ended = once(proxy, 'exit')
  t.after(async () => {
    proxy.kill()
    await ended
    rmSync(folder, { recursive: true, force: true })
  })
  await Promise.race([
    untilListening(port),
    ended.then(() => assert.fail(`${name} did not start: ${complaint}`)),
  ])
  const ask = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port, path, ca, agent: false, servername: 'nam.example.com' }
      const asked = request({ ...options, headers: { host: 'nam.example.com', ...headers } }, resolve)
      asked.on('error', reject)
      asked.end()
    })
  return { ask, port, ca }
}

/** Resolves with the first connection that the port takes. */
async function untilListening(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    const [event] = await Promise.race([
      once(socket, 'connect').then(() => ['connect']),
      new Promise<string[]>((resolve) => socket.once('error', () => resolve(['error']))),
    ])
    socket.destroy()
    if (event === 'connect') return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of answer) text += chunk
  return text
}
