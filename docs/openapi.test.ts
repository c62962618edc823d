import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { makeTestFolder } from '../server/test/harness/test-folder.ts'
import { startTestTonegate } from '../server/test/harness/test-tonegate.ts'
import { description, operations } from '../server/test/reference/test-description.ts'
import { holdTable } from './test-tables.ts'

const page = new URL('openapi.md', import.meta.url)
const [command = '', program = '', ...others] = [
  ...readFileSync(page, 'utf8').matchAll(/^```\w+\n([\s\S]*?)^```$/gm),
].map(([, code = '']) => code)

const root = fileURLToPath(new URL('../', import.meta.url))
const run = promisify(execFile)

test('the operations', () => {
  const rows = operations.map(({ path, method, operation: { operationId, summary } }) => [
    `\`${operationId}\``,
    `\`${method.toUpperCase()} ${path}\``,
    summary,
  ])
  holdTable(page, 'operations', [['operation', 'request', 'what it does'], ...rows])
})

test('the webhooks', () => {
  const rows = Object.entries(description.webhooks).map(([name, { post }]) => [`\`${name}\``, post.summary])
  holdTable(page, 'webhooks', [['webhook', 'what it says'], ...rows])
})

test('the types of a running sandbox are generated, and the program of the page compiles and runs with them', async (t) => {
  assert.deepEqual(others, [])
  const { origin, post, token } = await startTestTonegate(t)
  const folder = makeTestFolder('tonegate-types')
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const here = (text: string) => text.replaceAll('http://127.0.0.1:8080', origin)
  const PATH = [join(root, 'client/node_modules/.bin'), join(root, 'node_modules/.bin'), process.env.PATH]
  const env = { ...process.env, PATH: PATH.join(delimiter) }
  await run('bash', ['-euc', here(command).replace('npx ', '')], { cwd: folder, env })

  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  writeFileSync(join(folder, 'program.ts'), here(program))
  const options = ['--noEmit', '--strict', '--allowImportingTsExtensions', '--typeRoots']
  const modules = ['--module', 'nodenext', '--target', 'es2023', '--types', 'node']
  const types = join(root, 'node_modules/@types')
  await run('tsc', [...options, types, ...modules, join(folder, 'program.ts')], { env }).catch(({ stdout }) =>
    assert.fail(stdout),
  )

  const TOKEN = await token()
  const session = {
    agentId: 'agent7',
    skipCallTransfer: true,
    paymentData: { Amount: '12.40', Currency: 'GBP' },
  }
  const opened = await post('/globalpci/v1/session', session, { authorization: `Bearer ${TOKEN}` })
  const start = async (SESSION: string) =>
    (await run('node', [join(folder, 'program.ts')], { env: { ...env, TOKEN, SESSION } })).stdout
  assert.equal(await start(opened.json.sessionGuid), 'Created no result yet\n')
  assert.equal(await start('nothing'), 'Not found No payment session has this id.\n')
})
