import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { signWebhook } from '../server/src/base/signing/standard-webhooks.ts'
import { eventually } from '../server/test/harness/test-eventually.ts'
import { startTestTonegate } from '../server/test/harness/test-tonegate.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(`${root}${path}`, 'utf8')
const blocks = [...read('docs/python.md').matchAll(/^```python\n([\s\S]*?)^```$/gm)].map(
  ([, code = '']) => code,
)
const [program = '', refund = '', list = '', wait = '', errors = '', receiver = '', ...others] = blocks
const expiry = `12${String(new Date().getFullYear() + 3).slice(-2)}`

const environment = {
  ...process.env,
  PYTHONPATH: `${root}clients/python/src`,
  PYTHONDONTWRITEBYTECODE: '1',
  WEBHOOK_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
}

async function runPython(code: string, more: NodeJS.ProcessEnv = {}): Promise<string> {
  const env = { ...environment, ...more }
  return (await promisify(execFile)('python3', ['-W', 'error', '-c', code], { env })).stdout
}

/** What stands before the blocks that speak of a client and of a session. */
const preamble = `${program.slice(0, program.indexOf('session ='))}session_guid = os.environ["SESSION"]\n`

async function startShop(t: TestContext) {
  const { tonegate, origin, post, send, token } = await startTestTonegate(t)
  const [client] = tonegate.sandbox?.regions.nam?.clients ?? []
  const { callGuid } = (await post('/sandbox/calls', { agentId: 'agent12345' })).json
  const play = (code: string, SESSION = ''): Promise<string> =>
    runPython(code, {
      TONEGATE_URL: origin,
      CLIENT_ID: client?.clientId,
      CLIENT_SECRET: client?.clientSecret,
      SESSION,
    })
  /** Once a session listens to them. */
  async function press() {
    const headers = { authorization: `Bearer ${await token()}` }
    await eventually(
      async () => (await send('/globalpci/v1/sessions', { headers })).json.sessions.length === 1,
    )
    await post(`/sandbox/calls/${callGuid}/keys`, { keys: `4111111111111111#${expiry}#123#1` })
  }
  return { play, press }
}

test('the program takes a payment', async (t) => {
  assert.deepEqual(others, [])
  assert.equal(program, /^```python\n([\s\S]*?)^```$/m.exec(read('clients/python/README.md'))?.[1])
  const { play, press } = await startShop(t)
  const played = play(program)
  await press()
  assert.equal(await played, 'approved 1111\n')
})

test('the other blocks do what the page says', async (t) => {
  const { play, press } = await startShop(t)
  assert.equal(await play(preamble + errors), '')
  const [, guid = ''] = /pay in (\S+)/.exec(await play(preamble + errors)) ?? []
  const waiting = play(preamble + wait, guid)
  await press()
  assert.match(await waiting, /^paid$/m)
  assert.equal(await play(preamble + refund, guid), 'succeeded 7.40\n')
  assert.equal(await play(preamble + list), `${guid} agent12345\n`)
})

test('the receiver believes what is signed, and nothing else', async () => {
  const body = '{"sessionState":"Finished","paymentResultData":{"paymentOutcome":"approved"}}'
  const secrets = [environment.WEBHOOK_SECRET]
  const headers = JSON.stringify(
    signWebhook({ id: 'm1', sentAt: Date.now(), body: Buffer.from(body), secrets }),
  )
  const receive = (sent: string) => runPython(`${receiver}\nprint(receive(${headers}, b'${sent}'))`)
  assert.equal(await receive(body), 'm1 approved\n200\n')
  assert.equal(await receive(body.replace('approved', 'declined')), '400\n')
})
