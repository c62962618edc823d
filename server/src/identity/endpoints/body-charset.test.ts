import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startIdentity } from '../test-identity.ts'

const formOf = (charset: string) => `application/x-www-form-urlencoded; charset=${charset}`

test('a token request is read in the charset that it declares, and without the line end after it', async (t) => {
  const { app, clientId, secret } = await startIdentity(t)
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: secret ?? '',
    scope: 'globalpci',
  }).toString()
  for (const [payload, charset] of [
    [Buffer.from(`${form}\r\n`), 'utf-8'],
    [Buffer.from(`${form}\n`), 'ISO-8859-1'],
    [Buffer.from(`${form}\r\n`, 'utf16le'), 'utf-16'],
  ] as const) {
    for (const url of ['/auth/connect/token', '/Auth/connect/token']) {
      const headers = { 'content-type': formOf(charset) }
      const answer = await app.inject({ method: 'POST', url, headers, payload: Buffer.from(payload) })
      assert.equal(answer.statusCode, 200, `${charset} ${answer.body}`)
    }
  }
})

for (const endpoint of ['token', 'introspect', 'revocation']) {
  test(`a charset that is not known is refused at ${endpoint}`, async (t) => {
    const { app } = await startIdentity(t)
    const answer = await app.inject({
      method: 'POST',
      url: `/auth/connect/${endpoint}`,
      headers: { 'content-type': formOf('x-other') },
      payload: 'token=a',
    })
    assert.equal(answer.statusCode, 415)
    assert.deepEqual(answer.json(), {
      error: 'invalid_request',
      error_description: "The charset 'x-other' is not supported. Send the body in UTF-8.",
    })
  })
}
