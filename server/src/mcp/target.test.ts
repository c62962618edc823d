import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { startTestTonegate } from '../../test/harness/test-tonegate.ts'
import { baseUrlIn } from './base-url.ts'
import { readSettings } from './settings.ts'
import { findTarget } from './target.ts'
import { connectMcp } from './test-connected.ts'

for (const [address, tokenUrl, apiUrl] of [
  [
    'https://nam.example.com',
    'https://nam.example.com/auth/connect/token',
    'https://nam.api.example.com/globalpci',
  ],
  [
    'https://nam.api.example.com/globalpci',
    'https://nam.example.com/auth/connect/token',
    'https://nam.api.example.com/globalpci',
  ],
  [
    'https://emea.newvoicemedia.com/',
    'https://emea.newvoicemedia.com/auth/connect/token',
    'https://emea.api.newvoicemedia.com/globalpci',
  ],
  [
    'https://nam.example.com:8443',
    'https://nam.example.com:8443/auth/connect/token',
    'https://nam.api.example.com:8443/globalpci',
  ],
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/auth/connect/token', 'http://127.0.0.1:8080/globalpci'],
  ['http://[::1]:8080', 'http://[::1]:8080/auth/connect/token', 'http://[::1]:8080/globalpci'],
  ['http://localhost:8080', 'http://localhost:8080/auth/connect/token', 'http://localhost:8080/globalpci'],
  [
    'http://nam.localhost:8080',
    'http://nam.localhost:8080/auth/connect/token',
    'http://nam.api.localhost:8080/globalpci',
  ],
]) {
  test(`${address} leads to its identity server and its API`, () => {
    const url = baseUrlIn(address ?? '')
    assert.ok(url instanceof URL)
    const remote = { url, clientId: 'client', clientSecret: 'secret' }
    const target = findTarget({ remote, dataFolder: '', configurationId: 0 })
    assert.deepEqual([target.tokenUrl.href, target.apiUrl], [tokenUrl, apiUrl])
  })
}

test('a payment is opened by address, client id and secret, as with any Tonegate', async (t) => {
  const { origin, folder, tonegate } = await startTestTonegate(t)
  const { clientId = '', clientSecret = '' } = tonegate.sandbox?.regions.nam?.clients[0] ?? {}
  const environment = {
    TONEGATE_MCP_URL: origin,
    TONEGATE_MCP_CLIENT_ID: clientId,
    TONEGATE_MCP_CLIENT_SECRET: clientSecret,
    TONEGATE_MCP_AGENT_ID: 'voice-agent-7',
    TONEGATE_MCP_CONFIGURATION_ID: '2',
  }
  const { call } = await connectMcp(t, { environment })
  const order = {
    by: 'link',
    email: 'ada@example.com',
    amount: '12.40',
    currency: 'GBP',
    reference: 'order-1001',
  }
  const opened = await call('open_payment_session', order)
  assert.equal(opened.isError, undefined, opened.text)
  const wrong = await connectMcp(t, {
    environment: { ...environment, TONEGATE_MCP_CLIENT_SECRET: 'x'.repeat(40) },
  })
  assert.match((await wrong.call('search_payment_sessions')).text, /does not accept the client id and secret/)

  const sandbox = readSettings({ TONEGATE_DATA: folder })
  assert.equal(findTarget(sandbox).apiUrl, `${origin}/globalpci`)
  assert.throws(() => findTarget({ ...sandbox, region: 'apac' }), /The sandbox has no region apac\./)
  const gone = await connectMcp(t, { environment: { TONEGATE_DATA: folder } })
  rmSync(join(folder, 'sandbox.json'))
  assert.match((await gone.call('search_payment_sessions')).text, /There is no sandbox with its data in \//)
})
