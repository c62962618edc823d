import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestTonegate } from '../server/test/harness/test-tonegate.ts'
import { blocksOf, runBlocks } from './test-blocks.ts'

const [open, answer, cancel, resend, ...others] = blocksOf('payment-api.md').map(({ code }) => code)

test('the commands of docs/payment-api.md open, cancel and send again, and are answered as the page says', async (t) => {
  assert.deepEqual(others, [])
  const { origin, token, post } = await startTestTonegate(t)
  const TOKEN = await token()
  await post('/sandbox/calls', { agentId: 'agent12345' })
  const opened = JSON.parse(await runBlocks(open ?? '', { origin, environment: { TOKEN } }))
  const shown = JSON.parse(answer ?? '')
  assert.deepEqual(Object.keys(opened), Object.keys(shown))

  const cancelled = await runBlocks(cancel ?? '', {
    origin,
    environment: { TOKEN, SESSION: opened.sessionGuid },
  })
  assert.equal(JSON.parse(cancelled).sessionState, 'Cancelled')

  const paymentData = { Amount: '8.00', Currency: 'GBP' }
  const headers = { authorization: `Bearer ${TOKEN}` }
  const digital = await post('/globalpci/v1/digitalsession', { agentId: 'agent12345', paymentData }, headers)
  const sent = await runBlocks(resend ?? '', {
    origin,
    environment: { TOKEN, DIGITAL: digital.json.sessionGuid },
  })
  assert.equal(JSON.parse(sent).channel, 'email')
})
