import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { makeTestFolder } from '../../test/harness/test-folder.ts'
import { startTestTonegate } from '../../test/harness/test-tonegate.ts'
import { createMovableClock } from '../base/clock.ts'
import { runMcp } from './run-mcp.ts'
import { endOf, startMcp } from './test-mcp.ts'

const secret = 'abcdefghijklmnopqrstuvwxyz0123456789ABCD'
const remote = {
  TONEGATE_MCP_URL: 'https://nam.example.com',
  TONEGATE_MCP_CLIENT_ID: '019bc10f-0000-7000-8000-1234567890ab',
  TONEGATE_MCP_CLIENT_SECRET: secret,
}

/** Runs it in this process, with what a client would send. */
async function run({
  environment = remote,
  words = [],
  input = '',
}: {
  readonly environment?: Readonly<Record<string, string>>
  readonly words?: readonly string[]
  readonly input?: string
}) {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  const [said, complained] = [text(stdout), text(stderr)]
  stdin.write(input)
  // A client keeps its end open until it has what it waits for.
  if (input.endsWith('\n')) stdout.on('data', (chunk) => `${chunk}`.includes('"id":1') && stdin.end())
  else if (input === '') stdin.end()
  const told = new Promise<void>(() => {})
  const clock = createMovableClock()
  const code = await runMcp({ words, environment, stdin, stdout, stderr, version: '1.0.0', clock, told })
  stdout.end()
  stderr.end()
  return { code, stdout: await said, stderr: await complained }
}

const folder = makeTestFolder('mcp settings')
mkdirSync(join(folder, 'a folder'))
const emptyFile = join(folder, 'empty')
writeFileSync(emptyFile, '\n')

for (const [what, environment, ...said] of [
  [
    'no sandbox',
    { TONEGATE_DATA: folder },
    /^There is no sandbox with its data in .*\. Start one, with: tonegate sandbox/,
  ],
  [
    'nothing but an address',
    { TONEGATE_MCP_URL: remote.TONEGATE_MCP_URL },
    /^TONEGATE_MCP_CLIENT_ID is missing/m,
    /^TONEGATE_MCP_CLIENT_SECRET is missing/m,
  ],
  ['credentials for nowhere', { ...remote, TONEGATE_MCP_URL: '' }, /need TONEGATE_MCP_URL/],
  [
    'no address',
    { ...remote, TONEGATE_MCP_URL: 'nam' },
    /^TONEGATE_MCP_URL is not an address; write it like/,
  ],
  [
    'http',
    { ...remote, TONEGATE_MCP_URL: 'http://nam.example.com' },
    /would show the client secret to the network/,
  ],
  [
    'a password in it',
    { ...remote, TONEGATE_MCP_URL: 'https://a:b@nam.example.com' },
    /must not have a user or a password/,
  ],
  ['an unknown region', { TONEGATE_MCP_REGION: 'mars' }, /allowed values: nam, emea, apac/],
  ['a region twice', { ...remote, TONEGATE_MCP_REGION: 'nam' }, /TONEGATE_MCP_REGION is for the sandbox/],
  [
    'two secrets',
    { ...remote, TONEGATE_MCP_CLIENT_SECRET_FILE: emptyFile },
    /are both set\. Set only one of them/,
  ],
  [
    'an empty file',
    { ...remote, TONEGATE_MCP_CLIENT_SECRET: '', TONEGATE_MCP_CLIENT_SECRET_FILE: emptyFile },
    /is empty/,
  ],
  [
    'a file that is none',
    { ...remote, TONEGATE_MCP_CLIENT_SECRET: '', TONEGATE_MCP_CLIENT_SECRET_FILE: join(folder, 'a folder') },
    /cannot be read \(EISDIR\)/,
  ],
  [
    'a limit without a currency',
    { ...remote, TONEGATE_MCP_MAX_AMOUNT: '500' },
    /'500' is not an amount with its currency/,
  ],
  [
    'a limit in no currency',
    { ...remote, TONEGATE_MCP_MAX_AMOUNT: '5 GBP, 5 ABC' },
    /'5 ABC' is not an amount/,
  ],
  [
    'a configuration that is no number',
    { ...remote, TONEGATE_MCP_CONFIGURATION_ID: 'one' },
    /must be a whole number/,
  ],
  ['a long agent', { ...remote, TONEGATE_MCP_AGENT_ID: 'a'.repeat(256) }, /more than 255 characters/],
] as const) {
  test(`settings with ${what} are told in a sentence, with exit code 78 and no secret`, async () => {
    const { code, stdout, stderr } = await run({ environment })
    assert.deepEqual([code, stdout], [78, ''])
    for (const each of said) assert.match(stderr, each)
    assert.ok(!stderr.includes(secret))
  })
}

test('a place to listen that is none is told in a sentence, with exit code 78', async () => {
  const { code, stderr } = await run({ words: ['--http', 'here'] })
  assert.deepEqual(code, 78)
  assert.match(
    stderr,
    /^--http is 'here'; write it like 8090 or 0\.0\.0\.0:8090\.\nTONEGATE_MCP_HTTP_SECRET is missing/,
  )
})

for (const words of [['--refunds'], ['now'], ['--allow-refunds=yes'], ['--http']]) {
  test(`mcp ${words} is not understood`, async () => {
    const { code, stderr } = await run({ words })
    assert.equal(code, 2)
    assert.match(stderr, /\nSee: tonegate mcp --help\n$/)
  })
}

const hello = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
})

for (const [what, line] of [
  ['is no JSON', 'hello'],
  ['is no message', '{"a": 1}'],
  ['is half a message', hello.slice(0, 40)],
  ['is nested deeply', '['.repeat(100_000)],
  ['has bytes that are no text', '\u0000\ufffd'],
  [
    'calls a tool that is none',
    '{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"__proto__"}}',
  ],
]) {
  test(`a line that ${what} does not keep the next one from being answered`, async () => {
    const { code, stdout } = await run({ input: `${line}\n${hello}\n` })
    assert.equal(code, 0)
    const answers = stdout
      .trim()
      .split('\n')
      .map((each) => JSON.parse(each))
    assert.equal(answers.find(({ id }) => id === 1)?.result?.protocolVersion, '2025-06-18')
  })
}

test('a message of more than 256 KiB ends the connection with a sentence', async () => {
  const { code, stderr } = await run({ input: 'x'.repeat(300 * 1024) })
  assert.equal(code, 1)
  assert.match(stderr, /A message has more than 262144 bytes\. The connection is closed\.\n$/)
})

for (const signal of ['SIGINT', 'SIGTERM', 'stdin'] as const) {
  test(`the process ends with 0 by ${signal}, also while a tool is at work`, async (t) => {
    const { folder: data, post } = await startTestTonegate(t)
    const environment = { TONEGATE_DATA: data, TONEGATE_MCP_AGENT_ID: 'voice-agent-7' }
    const { call, process } = await startMcp(t, { environment })
    await post('/sandbox/calls', { agentId: 'voice-agent-7' })
    const order = { by: 'keypad', amount: '12.40', currency: 'GBP', reference: 'order-1001' }
    const { session_id } = (await call('open_payment_session', order)).json
    const seen = Promise.withResolvers<string>()
    const following = call('follow_payment_session', { session_id }, seen.resolve)
    following.catch(() => {})
    await seen.promise
    const ended = endOf(process)
    if (signal === 'stdin') process.stdin?.end()
    else process.kill(signal)
    assert.equal(await ended, 0)
    await assert.rejects(following)
  })
}
