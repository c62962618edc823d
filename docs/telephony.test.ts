import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { eventually } from '../server/test/harness/test-eventually.ts'
import { startTestTonegate } from '../server/test/harness/test-tonegate.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = readFileSync(`${root}docs/telephony.md`, 'utf8')
const [tryIt = '', connect = '', ...others] = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(
  ([, code]) => code,
)

test('the phone system of the page takes a card that neither its agent nor its screen sees', async (t) => {
  assert.deepEqual(others, [])
  const { origin, folder, post, token } = await startTestTonegate(t, {
    environment: { TONEGATE_REGIONS: 'nam' },
  })
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env
  const env = { ...inherited, TONEGATE_DATA: folder, TONEGATE_CALLS_URL: `${origin}/calls/v1` }
  const phone = spawn('bash', ['-euc', `cd ${root}\n${tryIt}`], { env, stdio: 'pipe' })
  t.after(() => phone.kill())
  let screen = ''
  for (const output of [phone.stdout, phone.stderr]) output.on('data', (chunk) => (screen += chunk))
  const shows = (text: string | RegExp) => eventually(() => screen.search(text) >= 0)
  const type = (line: string) => phone.stdin.write(`${line}\n`)

  await shows('connected')
  type('call agent12345')
  await shows(/call [0-9a-f]{8}-/)
  type('keys 42')
  await shows('the agent hears: 42')
  const authorization = `Bearer ${await token()}`
  const body = { agentId: 'agent12345', paymentData: { Amount: '12.40' } }
  const opened = await post('/globalpci/v1/session', body, { authorization })
  assert.equal(opened.status, 200, JSON.stringify(opened.json))
  await shows('call.secure')
  type('keys 4111111111111111#1230#123#1')
  await shows('the agent hears nothing')
  await shows('the caller hears: Your payment')
  assert.ok(!screen.includes('4111111111111111'))
  type('hangup')
  await shows('the call has ended')
  phone.stdin.end()

  const { stdout } = await promisify(execFile)('bash', ['-euc', `cd ${root}\n${connect}`], { env })
  assert.match(stdout, /signingSecret|whsec_/)
  assert.match(stdout, /mini .*http/)
  assert.match(stdout, /pbx .*http/)
})
