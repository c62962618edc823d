import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { promptKeys } from '../server/src/vault/model/prompt-keys.ts'
import { promptNames } from '../server/src/vault/prompts/prompts.ts'
import { writeTestEspeak } from '../server/test/harness/test-espeak.ts'
import { eventually } from '../server/test/harness/test-eventually.ts'
import { startTestTonegate } from '../server/test/harness/test-tonegate.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = readFileSync(`${root}docs/telephony.md`, 'utf8')
const [tryIt = '', connect = '', rtpengine = '', prompts = '', ...others] = [
  ...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm),
].map(([, code]) => code)

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

  const run = (code: string) => promisify(execFile)('bash', ['-euc', `cd ${root}\n${code}`], { env })
  assert.match((await run(rtpengine)).stdout, /tgp_/)
  const { stdout } = await run(connect)
  assert.match(stdout, /signingSecret|whsec_/)
  assert.match(stdout, /mini .*http/)
  assert.match(stdout, /pbx .*http/)
  assert.match(stdout, /sbc .*rtpengine/)
  const [, check = ''] = /`(npm run --silent admin -- platform check [^`]+)`/.exec(page) ?? []
  const checked = await run(check).catch((failed: { stdout: string }) => failed)
  assert.match(checked.stdout, /^127\.0\.0\.1:2223 +commands +(in order|wrong) /m)
})

test('the prompts of the page are made, and a platform is told where they are', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-docs-prompts-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeTestEspeak(folder)
  const { folder: data } = await startTestTonegate(t, { environment: { TONEGATE_REGIONS: 'nam' } })
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env
  const env = { ...inherited, TONEGATE_DATA: data, PATH: `${folder}:${process.env.PATH}` }
  const place = '/var/lib/tonegate/prompts'
  assert.equal(prompts.split(place).length, 3)
  const code = prompts.replaceAll(place, `${folder}/prompts`)
  const { stdout } = await promisify(execFile)('bash', ['-euc', `cd ${root}\n${code}`], { env })
  assert.match(stdout, /^pl: \d+ made: card-number, /m)
  assert.match(stdout, /tgp_/)
  const named = [...page.matchAll(/`([a-z]+-verification)`/g)].map(([, name]) => name)
  const keys: readonly string[] = promptKeys
  assert.deepEqual(
    named,
    promptNames.filter((name) => !keys.includes(name)),
  )
})

test('rtpengine is where the page and Kamailio’s configuration say, and its log holds no digit', () => {
  const read = (name: string) => readFileSync(`${root}deploy/telephony/${name}`, 'utf8')
  const settings = Object.fromEntries(
    [...read('rtpengine.conf').matchAll(/^([a-z-]+) = (.+)$/gm)].map(([, name = '', value]) => [name, value]),
  )
  const tcp = settings['listen-tcp-ng']?.replace('127.0.0.1:', '')
  assert.ok(rtpengine.includes(`--url 'udp://${settings['listen-ng']}?tcp=${tcp}'`))
  assert.ok(read('kamailio.cfg').includes(`RTPENGINE "udp:${settings['listen-ng']}"`))
  assert.equal(settings['dtmf-log-ng-tcp'], 'true')
  assert.equal(settings['log-level'], '6')
  for (const name of ['log-facility-dtmf', 'dtmf-log-dest', 'recording-dir']) assert.ok(!(name in settings))
})
