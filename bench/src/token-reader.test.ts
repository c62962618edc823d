import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from '../../server/src/config/config.ts'
import { eventually } from '../../server/test/harness/test-eventually.ts'
import { startTestTonegate } from '../../server/test/harness/test-tonegate.ts'
import { createTokenReader } from './token-reader.ts'

test('a second process knows the tokens of a server, and that one was revoked', async (t) => {
  const environment = { TONEGATE_DOMAIN: 'bench.example' }
  const server = await startTestTonegate(t, { environment })
  const reader = await createTokenReader(
    readConfig({ ...environment, TONEGATE_DATA: server.folder, TONEGATE_LOG_LEVEL: 'silent' }),
  )
  t.after(() => reader.close())
  const token = await server.token()
  const status = async () => {
    const headers = { authorization: `Bearer ${token}` }
    return (await reader.inject({ url: '/globalpci/v1/session/1', headers })).statusCode
  }
  assert.equal(await status(), 404)
  const client = server.tonegate.sandbox?.regions.nam?.clients[0]
  const form = { token, client_id: client?.clientId ?? '', client_secret: client?.clientSecret ?? '' }
  const revoked = await server.send('/auth/connect/revocation', {
    method: 'POST',
    body: new URLSearchParams(form),
  })
  assert.equal(revoked.status, 200)
  await eventually(async () => (await status()) === 401)
})
