import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { sharedBrowser } from '../../server/test/harness/test-browser.ts'
import { makeTestFolder } from '../../server/test/harness/test-folder.ts'
import { installPackage } from './test-package.ts'
import { json, paid, sessionGuid, startServer } from './test-servers.ts'

const browser = await sharedBrowser()
const folder = makeTestFolder('tonegate client')
after(() => rmSync(folder, { recursive: true, force: true }))
const shop = await installPackage(folder)
const installed = join(shop, 'node_modules/@tonegate/client')
const packed: readonly string[] = readdirSync(installed, { recursive: true }).map(String)

/** Opens a session, follows it by events, and believes a webhook: the same in every runtime. */
const program = `
import { createClient, isTonegateError, verifyWebhook } from '@tonegate/client'

export async function play(baseUrl, message) {
  const tonegate = createClient({ baseUrl, clientId: 'a', clientSecret: 'b' })
  const session = await tonegate.createSession({ agentId: 'agent7', paymentData: { Amount: '12.40' } })
  const told = []
  const { outcome } = await tonegate.waitForResult(session.sessionGuid, { onProgress: ({ progress }) => told.push(progress) })
  const { type } = await verifyWebhook({ ...message, now: () => 1_768_469_400_000 })
  const error = await tonegate.getPayment(session.sessionGuid).catch((reason) => reason)
  return [outcome, ...told, type, isTonegateError(error) && error.kind === 'unexpected'].join(' ')
}
`
const expected = 'approved opened session.status true'
writeFileSync(join(shop, 'program.mjs'), program)
writeFileSync(
  join(shop, 'main.mjs'),
  `import { play } from './program.mjs'
import process from 'node:process'
console.log(await play(process.argv[2], JSON.parse(process.argv[3])))`,
)

const body = JSON.stringify(paid)
const signature = createHmac('sha256', 'a secret').update(`msg-1.1768469400.${body}`).digest('base64')
const message = {
  secret: `whsec_${Buffer.from('a secret').toString('base64')}`,
  headers: {
    'webhook-id': 'msg-1',
    'webhook-timestamp': '1768469400',
    'webhook-signature': `v1,${signature}`,
  },
  body,
}

const page = `<!doctype html><title>Shop</title>
<script type="importmap">{"imports": {"@tonegate/client": "/package/dist/index.js"}}</script>
<script type="module">
import { play } from '/program.mjs'
window.play = play
document.body.dataset.ready = 'yes'
</script><body>`

/** A Payment API, and a page with the package, on one origin. A payment redirects, which a browser hides. */
const startShop = (t: TestContext) =>
  startServer(t, ({ path }, response) => {
    if (path.startsWith('/auth')) return json(response, { access_token: 'token-1', expires_in: 3600 })
    if (path.endsWith('/payment')) return response.writeHead(302, { location: '/' }).end()
    if (path.endsWith('/events')) {
      const opened = JSON.stringify({ sequence: 1, sessionGuid, progress: 'opened' })
      const events = `id: 1\nevent: session.progress\ndata: ${opened}\n\nevent: session.ended\ndata: {"session":${body}}\n\n`
      return response.writeHead(200, { 'content-type': 'text/event-stream' }).end(events)
    }
    if (path.startsWith('/globalpci')) {
      return json(response, { sessionGuid, iframeUrl: 'i', agentAccessToken: 'a', agentRefreshToken: 'r' })
    }
    const [, file] = /^\/package\/(dist\/[\w/-]+\.js)$/.exec(path) ?? []
    const content = file ? readFileSync(join(installed, file)) : path === '/program.mjs' ? program : page
    const type = content === page ? 'text/html' : 'text/javascript'
    return response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(content)
  })

test('the package has what is run and its types, and nothing else', () => {
  const files = packed.filter((name) => /\.\w+$|LICENSE/.test(name))
  assert.ok(files.includes('dist/index.js') && files.includes('dist/index.d.ts') && files.includes('LICENSE'))
  assert.deepEqual(files.filter((name) => !/^dist\/.*\.(?:js|d\.ts)$/.test(name)).sort(), [
    'LICENSE',
    'README.md',
    'package.json',
  ])
  assert.deepEqual(
    files.filter((name) => /test/.test(name)),
    [],
  )
  const {
    private: kept,
    scripts,
    devDependencies,
    dependencies,
  } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  assert.deepEqual(
    [kept, scripts, devDependencies, dependencies],
    [undefined, undefined, undefined, undefined],
  )
})

/** Node.js in each version that is here, and the other runtimes where they are. */
function runtimes(): readonly { readonly name: string; readonly command: readonly string[] }[] {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((each) => !each.includes('node_modules'))
  const found = (name: string) => folders.map((each) => join(each, name)).find((each) => existsSync(each))
  return [
    { name: `Node.js ${process.version}`, command: [process.execPath] },
    { name: 'the machine’s own Node.js', command: [found('node') ?? ''] },
    {
      name: 'Deno',
      command: [found('deno') ?? '', 'run', '--quiet', '--allow-net', '--no-prompt', '--cached-only'],
    },
    { name: 'Bun', command: [found('bun') ?? '', 'run'] },
  ]
}

for (const { name, command } of runtimes()) {
  const [executable = '', ...words] = command
  const skip = executable === '' ? 'It is not on this machine.' : false
  test(`the package works in ${name}`, { skip }, async (t) => {
    const { origin } = await startShop(t)
    const args = [...words, 'main.mjs', origin, JSON.stringify(message)]
    const { stdout } = await promisify(execFile)(executable, args, { cwd: shop })
    assert.equal(stdout.trim(), expected)
  })
}

test('the package works in a browser', async (t) => {
  const { origin } = await startShop(t)
  const context = await browser.newContext()
  t.after(() => context.close())
  const opened = await context.newPage()
  await opened.goto(origin)
  await opened.locator('[data-ready]').waitFor({ state: 'attached' })
  type Shop = Window & { play: (...words: readonly unknown[]) => Promise<string> }
  const played = opened.evaluate(([baseUrl, message]) => (window as unknown as Shop).play(baseUrl, message), [
    origin,
    message,
  ] as const)
  assert.equal(await played, expected)
})

const typed = `
import { createClient, isTonegateError, openAgentView, type Tonegate } from '@tonegate/client'
import { openAgentView as same } from '@tonegate/client/agent-view'

const tonegate: Tonegate = createClient({ region: 'emea', clientId: 'a', clientSecret: 'b' })
export async function pay(): Promise<string> {
  try {
    const { sessionGuid } = await tonegate.createSession({ paymentData: { Amount: '12.40' }, skipCallTransfer: true })
    const { outcome } = await tonegate.waitForResult(sessionGuid)
    if (outcome === 'declined') return 'declined'
    // @ts-expect-error No outcome is called so.
    if (outcome === 'paid') return 'paid'
    return (await tonegate.getPayment(sessionGuid)).refundableAmount
  } catch (error) {
    if (!isTonegateError(error)) throw error
    if (error.kind === 'problem' && error.code === 'call-has-session') return error.members.sessionGuid
    if (error.kind === 'timeout') return String(error.milliseconds)
    // @ts-expect-error Only some have a status.
    return String(error.status)
  }
}
export const views = [openAgentView, same]
// @ts-expect-error paymentData is missing.
export const wrong = () => tonegate.createSession({ agentId: 'agent7' })
`

for (const [compiler, at] of [
  ['5', '../node_modules/typescript/bin/tsc'],
  ['7', '../../node_modules/typescript/bin/tsc'],
] as const) {
  for (const resolution of ['nodenext', 'bundler']) {
    test(`the package’s types narrow, with TypeScript ${compiler} and ${resolution}`, () => {
      writeFileSync(join(shop, 'typed.ts'), typed)
      const words = [
        '--noEmit',
        '--strict',
        '--exactOptionalPropertyTypes',
        '--lib',
        'es2022,dom',
        '--target',
        'es2022',
      ]
      const modules = [
        '--module',
        resolution === 'bundler' ? 'esnext' : 'nodenext',
        '--moduleResolution',
        resolution,
      ]
      const command = [resolve(import.meta.dirname, at), ...words, ...modules, 'typed.ts']
      const { stdout, status } = spawnSync(process.execPath, command, { cwd: shop, encoding: 'utf8' })
      assert.equal(stdout, '')
      assert.equal(status, 0)
    })
  }
}
