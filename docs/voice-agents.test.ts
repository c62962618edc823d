import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { readSettings } from '../server/src/mcp/settings.ts'
import { startMcp } from '../server/src/mcp/test-mcp.ts'
import { eventually } from '../server/test/harness/test-eventually.ts'
import { startTestTonegate } from '../server/test/harness/test-tonegate.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = readFileSync(join(root, 'docs/voice-agents.md'), 'utf8')
const blocks = (language: string) =>
  [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, of, code = '']) =>
    of === language ? [code] : [],
  )
const [sandboxJson = '', productionJson = '', ...moreJson] = blocks('json')
const [onCall = '', pressKeys = '', listen = '', createClient = '', ...moreShell] = blocks('sh')
const [program = '', byHttp = '', ...morePrograms] = blocks('ts')

const { NODE_TEST_CONTEXT: _, ...inherited } = process.env

let programs = 0

/** What an MCP client would start, by the configuration of the page. */
function serverIn(json: string) {
  const { command, args, env } = JSON.parse(json).mcpServers.tonegate
  assert.deepEqual([command, args], ['npx', ['tonegate', 'mcp']])
  return env as Record<string, string>
}

const tonegate = join(root, 'server/src/tonegate.ts')

/** The program of the page, with the command of this clone instead of the package’s. */
function startPipes(t: TestContext, folder: string) {
  const own = `command: process.execPath, args: [${JSON.stringify(tonegate)}, 'mcp'], env`
  const code = program.replace("command: 'npx', args: ['tonegate', 'mcp'], env", own)
  assert.ok(code.includes(own))
  return startProgram(t, code, folder)
}

function startProgram(t: TestContext, code: string, folder: string) {
  const file = join(root, 'server/test', `voice-agent-${process.pid}-${programs++}.mts`)
  writeFileSync(file, code)
  t.after(() => rmSync(file))
  const agent = spawn(process.execPath, [file], { env: { ...inherited, TONEGATE_DATA: folder } })
  t.after(() => agent.kill())
  let said = ''
  for (const output of [agent.stdout, agent.stderr]) output.on('data', (chunk) => (said += chunk))
  return { said: () => said, ended: new Promise((resolve) => agent.once('exit', resolve)) }
}

test('the program of the page takes a payment that the customer keys in, by the commands of the page', async (t) => {
  assert.deepEqual([moreJson, moreShell, morePrograms], [[], [], []])
  const { folder, origin } = await startTestTonegate(t)
  const run = (script: string) =>
    promisify(execFile)('bash', ['-euc', script.replaceAll('http://127.0.0.1:8080', origin)], {
      cwd: root,
      env: { ...inherited, TONEGATE_DATA: folder },
    })
  const { stdout: callGuid } = await run(`${onCall}\necho $CALL`)
  const { said, ended } = startPipes(t, folder)
  await eventually(() => said().includes('Please enter your card'))
  await run(`CALL=${callGuid.trim()}\n${pressKeys}`)
  assert.equal(await ended, 0, said())
  assert.match(said(), /Thank you, the payment has been approved\.\n$/)
  assert.match((await run(createClient)).stdout, /secret/i)
})

test('the server of the page listens, and its program opens a payment there', async (t) => {
  const { folder, post } = await startTestTonegate(t)
  await post('/sandbox/calls', { agentId: 'voice-agent-1' })
  const [command, ...words] = listen
    .trim()
    .replace('npx tonegate', `${process.execPath} ${tonegate}`)
    .split(' ')
  const free = words.map((word) => (word === '8090' ? '0' : word))
  const server = spawn(command ?? '', free, { env: { ...inherited, TONEGATE_DATA: folder } })
  t.after(() => server.kill())
  const ready = await new Promise<string>((resolve) =>
    server.stderr.once('data', (chunk) => resolve(`${chunk}`)),
  )
  const [address = ''] = /http:\S+\/mcp/.exec(ready) ?? []
  const { said, ended } = startProgram(t, byHttp.replace('http://127.0.0.1:8090/mcp', address), folder)
  assert.equal(await ended, 0, said())
  assert.match(said(), /state: 'Created'/)
})

test('the configurations of the page are read as they are, and name each setting that there is', async (t) => {
  const { folder } = await startTestTonegate(t)
  const environment = { ...serverIn(sandboxJson), TONEGATE_DATA: folder }
  assert.equal(readSettings(environment).agentId, 'voice-agent-1')
  const secret = join(folder, 'secret')
  writeFileSync(secret, 'abc\n')
  const production = readSettings({ ...serverIn(productionJson), TONEGATE_MCP_CLIENT_SECRET_FILE: secret })
  assert.equal(production.remote?.clientSecret, 'abc')
  assert.deepEqual(
    [...(production.limits ?? [])],
    [
      ['GBP', 50_000],
      ['EUR', 60_000],
    ],
  )

  const source = ['settings.ts', 'http/http-settings.ts']
    .map((file) => readFileSync(join(root, 'server/src/mcp', file), 'utf8'))
    .join()
  const named = (text: string) => [...new Set(text.match(/\bTONEGATE_(?:DATA|MCP_[A-Z_]+)\b/g))].sort()
  const rows = page.split('\n').filter((line) => line.startsWith('| `TONEGATE_'))
  assert.deepEqual(named(rows.map((row) => row.split('|')[1]).join()), named(source))

  const { client } = await startMcp(t, { environment, words: ['--allow-refunds'] })
  const { tools } = await client.listTools()
  const listed = [...page.matchAll(/^\| `([a-z_]+)` +\|[^|]*\| (yes)? *\|$/gm)].map(([, name, changes]) => [
    name,
    changes === 'yes',
  ])
  assert.deepEqual(
    tools.map(({ name, annotations }) => [name, !annotations?.readOnlyHint]),
    listed,
  )
})
