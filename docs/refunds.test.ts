import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { eventually } from '../server/test/harness/test-eventually.ts'
import { startTestTonegate } from '../server/test/harness/test-tonegate.ts'

const page = readFileSync(new URL('refunds.md', import.meta.url), 'utf8')
const [command, answer, ...others] = [...page.matchAll(/^```\w+\n([\s\S]*?)^```$/gm)].map(
  ([, code = '']) => code,
)

test('the command of the page refunds a part, and is answered as the page says', async (t) => {
  assert.deepEqual(others, [])
  const { origin, post, send, token } = await startTestTonegate(t)
  const TOKEN = await token()
  const headers = { authorization: `Bearer ${TOKEN}` }
  const paymentData = { Amount: '12.40', Currency: 'GBP' }
  const session = { agentId: 'agent7', skipCallTransfer: true, paymentData }
  const SESSION: string = (await post('/globalpci/v1/session', session, headers)).json.sessionGuid
  await post(`/sandbox/sessions/${SESSION}/keys`, { keys: '4111111111111111#1230#123#1' })
  const status = () => send(`/globalpci/v1/session/${SESSION}`, { headers })
  await eventually(async () => (await status()).json.sessionState === 'Finished')

  const script = (command ?? '').replace('http://127.0.0.1:8080', origin)
  const env = { ...process.env, TOKEN, SESSION }
  const { stdout } = await promisify(execFile)('bash', ['-euc', script], { env })
  const [told, shown] = [JSON.parse(stdout), JSON.parse(answer ?? '')]
  const shapeOf = ({ operation, payment }: typeof told) => [
    ...Object.keys(operation),
    ...Object.keys(operation.requestedBy),
    ...Object.keys(payment),
  ]
  assert.deepEqual(shapeOf(told), shapeOf(shown))
  const sums = ({ payment: { gateway, gatewayReference, operations, sessionGuid, ...money } }: typeof told) =>
    money
  assert.deepEqual(sums(told), sums(shown))
  const { stdout: again } = await promisify(execFile)('bash', ['-euc', script], { env })
  assert.equal(again, stdout)
})
