import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { startBrowser } from '../server/test/harness/test-browser.ts'
import { signInAt } from '../server/test/harness/test-sign-in.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

interface Block {
  readonly section: string
  readonly language: string
  readonly code: string
}

/** The code blocks of the page, in their order. */
const blocks: readonly Block[] = readFileSync(`${root}docs/authentication.md`, 'utf8')
  .split(/^## /m)
  .slice(1)
  .flatMap((text) => {
    const section = text.slice(0, text.indexOf('\n'))
    return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', code = '']) => ({
      section,
      language,
      code,
    }))
  })

const run = new Set<Block>()

/** The blocks of a section in one language; each has to be used. */
function blocksOf(section: string, language: string): readonly string[] {
  const found = blocks.filter((block) => block.section === section && block.language === language)
  assert.ok(found.length > 0, `${section} has no block in ${language}`)
  for (const block of found) run.add(block)
  return found.map(({ code }) => code)
}

let folder: string
let server: ChildProcess
let environment: Record<string, string>

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tonegate-docs-'))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env as Record<string, string>
  environment = { ...inherited, PORT: '0', TONEGATE_DATA: join(folder, 'data'), TONEGATE_REGIONS: 'nam' }
  server = spawn(process.execPath, [join(root, 'server/src/main.ts')], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await printed(server, /Tonegate is ready/)
  const [setting = ''] = blocksOf("The sandbox's clients", 'sh')
  const variables = execFileSync('bash', ['-euc', `${setting}\nenv -0`], { cwd: folder, env: environment })
  for (const line of variables.toString().split('\0').filter(Boolean)) {
    const equals = line.indexOf('=')
    environment[line.slice(0, equals)] = line.slice(equals + 1)
  }
})

after(async () => {
  const ended = once(server, 'exit')
  server.kill()
  await ended
  rmSync(folder, { recursive: true, force: true })
})

/** Resolves with all that a process has printed as soon as it matches. */
async function printed(child: ChildProcess, pattern: RegExp): Promise<string> {
  let text = ''
  child.stdout?.on('data', (chunk) => (text += chunk))
  const ended = once(child, 'exit')
  while (!pattern.test(text)) {
    await Promise.race([once(child.stdout ?? child, 'data'), ended])
    assert.equal(child.exitCode, null, text)
  }
  return text
}

const agent = () => ({ username: environment.AGENT ?? '', password: environment.AGENT_PASSWORD ?? '' })

function shell(code: string, more: Readonly<Record<string, string>> = {}): string {
  const env = { ...environment, ...more }
  return execFileSync('bash', ['-euo', 'pipefail', '-c', code], { cwd: folder, env }).toString().trim()
}

/** How a program in each language is started; `undefined` where the machine has no such language. */
function programOf(language: string, code: string): readonly [string, ...string[]] | undefined {
  const file = join(folder, `program-${run.size}-${Math.trunc(code.length)}`)
  switch (language) {
    case 'ts':
      writeFileSync(`${file}.ts`, code)
      return [process.execPath, `${file}.ts`]
    case 'python':
      writeFileSync(`${file}.py`, code)
      return isThere('python3') ? ['python3', `${file}.py`] : undefined
    default: {
      const framework = dotnetFramework()
      if (framework === undefined) return undefined
      const project = '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType>'
      const properties = `<TargetFramework>${framework}</TargetFramework><Nullable>enable</Nullable>`
      mkdirSync(file)
      writeFileSync(join(file, 'Program.csproj'), `${project}${properties}</PropertyGroup></Project>`)
      writeFileSync(join(file, 'Program.cs'), code)
      return ['dotnet', 'run', '--project', file]
    }
  }
}

const isThere = (command: string) => spawnSync(command, ['--version']).status === 0

/** What the machine's .NET SDK builds for without fetching anything: `net10.0`, `netcoreapp3.1`. */
function dotnetFramework(): string | undefined {
  const { status, stdout } = spawnSync('dotnet', ['--version'])
  const [, version, major] = /^((\d+)\.\d+)\./.exec(stdout?.toString() ?? '') ?? []
  if (status !== 0 || version === undefined) return undefined
  return `${Number(major) < 5 ? 'netcoreapp' : 'net'}${version}`
}

/** The token must be one that the Payment API takes. */
async function assertToken(token: string): Promise<void> {
  assert.match(token, /^eyJ0eXAi/)
  const unknown = `${environment.API_URL}/v1/session/00000000-0000-7000-8000-000000000000`
  const answer = await fetch(unknown, { headers: { authorization: `Bearer ${token}` } })
  assert.equal(answer.status, 404)
}

const languages = ['ts', 'python', 'csharp'] as const

for (const section of ['Client credentials', 'Password']) {
  test(`${section}: curl`, async () => {
    const [curl = ''] = blocksOf(section, 'sh')
    const answer = JSON.parse(shell(curl))
    assert.deepEqual(Object.keys(answer), ['access_token', 'expires_in', 'token_type'])
    await assertToken(answer.access_token)
  })

  for (const language of languages) {
    test(`${section}: ${language}`, async (t) => {
      const [code = ''] = blocksOf(section, language)
      const program = programOf(language, code)
      if (!program) return t.skip(`this machine has no ${language}`)
      const [command, ...parameters] = program
      await assertToken(
        execFileSync(command, parameters, { env: environment, cwd: folder }).toString().trim(),
      )
    })
  }
}

test('Which client wants which setting: what tokens are signed with is the client’s to say', () => {
  const [block = ''] = blocksOf('Which client wants which setting', 'sh')
  const admin = `"${process.execPath}" "${join(root, 'server/src/admin.ts')}"`
  const runLine = (line: string) => shell(line.replace('npm run admin --', admin))
  const algorithm = () =>
    JSON.parse(runLine('npm run admin -- client show "$STORE_ID" --json')).idTokenAlgorithm
  const [set = '', unset = ''] = block.trim().split('\n')
  runLine(set)
  assert.equal(algorithm(), 'ES256')
  runLine(unset)
  assert.equal(algorithm(), null)
})

test('Using the token: a session is opened with it', () => {
  const [use = ''] = blocksOf('Using the token', 'sh')
  assert.match(JSON.parse(shell(use)).sessionGuid, /^[0-9a-f-]{36}$/)
})

test('Authorization code and Refreshing: curl', async () => {
  const [ask = '', exchange = ''] = blocksOf('Authorization code', 'sh')
  const [refresh = ''] = blocksOf('Refreshing', 'sh')
  const lines = shell(`${ask}\necho "$VERIFIER"`).split('\n')
  const arrived = new URL(await signInAt(lines.at(-2) ?? '', agent())).searchParams
  assert.equal(arrived.get('state'), 'af0ifjsldkj')
  assert.equal(arrived.get('iss'), environment.ISSUER)
  const tokens = JSON.parse(
    shell(exchange, { CODE: arrived.get('code') ?? '', VERIFIER: lines.at(-1) ?? '' }),
  )
  await assertToken(tokens.access_token)
  const renewed = JSON.parse(shell(refresh, { REFRESH_TOKEN: tokens.refresh_token }))
  await assertToken(renewed.access_token)
  assert.notEqual(renewed.refresh_token, tokens.refresh_token)
})

for (const language of languages) {
  test(`Authorization code: ${language}`, async (t) => {
    const [code = ''] = blocksOf('Authorization code', language)
    const program = programOf(language, code)
    if (!program) return t.skip(`this machine has no ${language}`)
    const [command, ...parameters] = program
    const child = spawn(command, parameters, {
      env: environment,
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let text = ''
    child.stdout.on('data', (chunk) => (text += chunk))
    const ended = once(child, 'exit')
    const address = /^Open (\S+)$/m.exec(await printed(child, /^Open \S+\n/m))?.[1] ?? ''
    await (await fetch(await signInAt(address, agent()))).text()
    const [exitCode] = await ended
    assert.equal(exitCode, 0)
    await assertToken(text.trim().split('\n').at(-1) ?? '')
  })
}

/** Makes a client of the demo account by command, as an operator does. */
function createClient(name: string, ...options: readonly string[]) {
  const command = ['client', 'create', name, '--account', 'Demo nam', '--json', ...options]
  const answer = execFileSync(process.execPath, [join(root, 'server/src/admin.ts'), ...command], {
    env: environment,
  })
  return JSON.parse(answer.toString()) as { readonly clientId: string; readonly clientSecret: string }
}

function runTs(section: string, more: Readonly<Record<string, string>>): string {
  const [code = ''] = blocksOf(section, 'ts')
  const [command, ...parameters] = programOf('ts', code) ?? ['']
  return execFileSync(command, parameters, { env: { ...environment, ...more }, cwd: folder })
    .toString()
    .trim()
}

test('Without a shared secret', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const [publicFile, KEY_FILE] = [join(folder, 'public.jwk'), join(folder, 'private.jwk')]
  writeFileSync(publicFile, JSON.stringify(publicKey.export({ format: 'jwk' })))
  writeFileSync(KEY_FILE, JSON.stringify(privateKey.export({ format: 'jwk' })))
  const { clientId } = createClient(
    'keyed',
    ...['--flow', 'client_credentials', '--scope', 'globalpci', '--public-key', publicFile],
  )
  await assertToken(runTs('Without a shared secret', { KEYED_ID: clientId, KEY_FILE }))
})

test('Tokens that cannot be stolen', () => {
  const { clientId, clientSecret } = createClient(
    'bound',
    ...['--flow', 'client_credentials', '--scope', 'globalpci', '--dpop'],
  )
  const bound = { BOUND_ID: clientId, BOUND_SECRET: clientSecret }
  assert.equal(runTs('Tokens that cannot be stolen', bound), '200')
})

test('Ending a token, asking about one', () => {
  const [ask = ''] = blocksOf('Client credentials', 'sh')
  const [revoke = '', introspect = ''] = blocksOf('Ending a token, asking about one', 'sh')
  const token = { TOKEN: JSON.parse(shell(ask)).access_token }
  assert.equal(JSON.parse(shell(introspect, token)).active, true)
  shell(revoke, token)
  assert.deepEqual(JSON.parse(shell(introspect, token)), { active: false })
})

test('In a browser, and Implicit: a page signs in and calls the Payment API from its own origin', async (t) => {
  const [modern = ''] = blocksOf('In a browser', 'ts')
  const [implicit = ''] = blocksOf('Implicit', 'ts')
  const [address = ''] = blocksOf('Implicit', 'sh')
  const site = await servePage(t, [modern, implicit])
  const { clientId } = createClient(
    'page',
    ...['--public', '--flow', 'authorization_code', '--flow', 'implicit'],
    ...['globalpci', 'openid', 'profile', 'offline_access'].flatMap((scope) => ['--scope', scope]),
    ...['--redirect-uri', `${site}/callback`, '--origin', site],
    ...['--post-logout-redirect-uri', `${site}/`],
  )
  const browser = await startBrowser()
  t.after(() => browser.close())
  const page = await browser.newPage()
  const settings = { issuer: environment.ISSUER, apiUrl: environment.API_URL, clientId }
  await page.addInitScript({ content: `globalThis.settings = ${JSON.stringify(settings)}` })
  const order = { skipCallTransfer: true, paymentData: { Amount: '12.40', Currency: 'GBP' } }

  await page.goto(site)
  await page.evaluate('void page.signIn.signinRedirect()')
  await page.fill('input[name=username]', agent().username)
  await page.fill('input[name=password]', agent().password)
  await page.click('button[type=submit]')
  await page.waitForURL('**/callback?**')
  const opened = await page.evaluate(
    `page.signIn.signinCallback().then(({ access_token }) => page.openSession(access_token, ${JSON.stringify(order)})).then((answer) => answer.json())`,
  )
  assert.match(String(Reflect.get(Object(opened), 'sessionGuid')), /^[0-9a-f-]{36}$/)

  const ask = shell(address, { BROWSER_ID: clientId }).replace(
    encodeURIComponent('http://127.0.0.1/callback'),
    encodeURIComponent(`${site}/callback`),
  )
  await page.goto(ask)
  await page.waitForURL('**/callback#**')
  await assertToken(String(await page.evaluate("page.tokenFromFragment('xyz')")))
})

test('every block of the page is run', () => {
  assert.deepEqual(
    blocks.filter((block) => !run.has(block)).map(({ section, language }) => `${section}: ${language}`),
    [],
  )
})

/** Bundles blocks as an integrator's build does and serves them, as \`globalThis.page\`, on a page of an origin of its own. */
async function servePage(t: TestContext, code: readonly string[]): Promise<string> {
  const sources = mkdtempSync(join(folder, 'page-'))
  const files = code.map((text, index) => {
    writeFileSync(join(sources, `block-${index}.ts`), text)
    return `export * from './block-${index}.ts'`
  })
  writeFileSync(join(sources, 'page.ts'), files.join('\n'))
  const built = await build({
    root: sources,
    logLevel: 'silent',
    build: {
      write: false,
      lib: { entry: join(sources, 'page.ts'), name: 'page', formats: ['iife'], fileName: 'page' },
    },
  })
  const [output] = [built].flat()
  assert.ok(output && 'output' in output)
  const [{ code: script }] = output.output
  const server = createServer((request, response) => {
    if (request.url === '/page.js') return response.setHeader('content-type', 'text/javascript').end(script)
    response.setHeader('content-type', 'text/html').end('<!doctype html><script src="/page.js"></script>')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
