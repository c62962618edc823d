import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { signWebhook } from '../server/src/base/signing/standard-webhooks.ts'
import { eventually } from '../server/test/harness/test-eventually.ts'
import { makeTestFolder } from '../server/test/harness/test-folder.ts'
import { startTestTonegate } from '../server/test/harness/test-tonegate.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(`${root}${path}`, 'utf8')
const page = read('docs/client.md')
const blocks = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code)
const [
  program = '',
  refund = '',
  list = '',
  wait = '',
  template = '',
  errors = '',
  receiver = '',
  ...others
] = blocks
const expiry = `12${String(new Date().getFullYear() + 3).slice(-2)}`
const keys = `4111111111111111#${expiry}#123#1`

/** What stands before the blocks that speak of a client and of a session. */
const preamble = `import { createClient } from '@tonegate/client'
const { TONEGATE_URL: baseUrl = '', CLIENT_ID: clientId = '', CLIENT_SECRET: clientSecret = '' } = process.env
const tonegate = createClient({ baseUrl, clientId, clientSecret })
const sessionGuid = process.env.SESSION ?? ''
`
const files = {
  'program.ts': program,
  'receiver.ts': receiver,
  ...Object.fromEntries(
    Object.entries({ refund, list, wait, template, errors }).map(([name, code]) => [
      `${name}.ts`,
      preamble + code,
    ]),
  ),
}

function makeFolder(t: TestContext): string {
  const folder = makeTestFolder('tonegate-client')
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'src'))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}')
  for (const [name, code] of Object.entries(files))
    writeFileSync(join(folder, 'src', name), `${code}export {}\n`)
  return folder
}

async function startShop(t: TestContext) {
  const { tonegate, origin, post, send, token } = await startTestTonegate(t)
  const [client] = tonegate.sandbox?.regions.nam?.clients ?? []
  const folder = makeFolder(t)
  const { callGuid } = (await post('/sandbox/calls', { agentId: 'agent12345' })).json
  const play = async (name: string, SESSION = ''): Promise<string> => {
    const env = {
      ...process.env,
      TONEGATE_URL: origin,
      CLIENT_ID: client?.clientId,
      CLIENT_SECRET: client?.clientSecret,
      SESSION,
    }
    return (await promisify(execFile)(process.execPath, [`src/${name}.ts`], { cwd: folder, env })).stdout
  }
  /** Once a session listens to them. */
  async function press() {
    const headers = { authorization: `Bearer ${await token()}` }
    await eventually(
      async () => (await send('/globalpci/v1/sessions', { headers })).json.sessions.length === 1,
    )
    await post(`/sandbox/calls/${callGuid}/keys`, { keys })
  }
  return { play, press }
}

test('the blocks of docs/client.md are known, and their types hold', async (t) => {
  assert.deepEqual(others, [])
  const folder = makeFolder(t)
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: `${root}client/tsconfig.json`,
      compilerOptions: { typeRoots: [`${root}node_modules/@types`] },
      include: ['src'],
    }),
  )
  const tsc = `${root}node_modules/typescript/bin/tsc`
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, '-p', folder]).catch((error) => error)
  assert.equal(stdout, '')
})

test('the program takes a payment in twelve lines', async (t) => {
  assert.ok(program.trim().split('\n').filter(Boolean).length <= 12)
  assert.equal(program, /^```ts\n([\s\S]*?)^```$/m.exec(read('client/README.md'))?.[1])
  const { play, press } = await startShop(t)
  const played = play('program')
  await press()
  assert.equal(await played, 'approved visa 1111\n')
})

test('the other blocks do what the page says', async (t) => {
  const { play, press } = await startShop(t)
  assert.equal(await play('errors'), '')
  const [, guid = ''] = /pay in (\S+)/.exec(await play('errors')) ?? []
  const waiting = play('wait', guid)
  await press()
  assert.match(await waiting, /^paid$/m)
  assert.equal(await play('refund', guid), 'succeeded 7.40\n')
  assert.equal(await play('list'), `${guid} agent12345\n`)
  assert.equal(await play('template', guid), 'ACCEPT 100\n')
})

test('the receiver believes what is signed, and nothing else', async (t) => {
  const folder = makeFolder(t)
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  process.env.WEBHOOK_SECRET = secret
  const { default: worker } = await import(pathToFileURL(join(folder, 'src/receiver.ts')).href)
  const body = '{"sessionState":"Finished","paymentResultData":{"paymentOutcome":"approved"}}'
  const headers = {
    ...signWebhook({ id: 'm1', sentAt: Date.now(), body: Buffer.from(body), secrets: [secret] }),
  }
  const post = (body: string) =>
    worker.fetch(new Request('https://shop.example.com', { method: 'POST', headers, body }))
  assert.equal((await post(body)).status, 200)
  assert.equal((await post(body.replace('approved', 'declined'))).status, 400)
})
