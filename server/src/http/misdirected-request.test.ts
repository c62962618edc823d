import assert from 'node:assert/strict'
import { request } from 'node:http'
import { type TestContext, test } from 'node:test'
import { startTestTonegate } from '../../test/harness/test-tonegate.ts'

async function startAskedFor(t: TestContext) {
  const { tonegate } = await startTestTonegate(t)
  return (host: string, method: string, path: string) =>
    new Promise<{ status: number; type: string; cache: string; json: Record<string, string> }>(
      (resolve, reject) => {
        const asked = request(
          { port: tonegate.port, host: '127.0.0.1', method, path, headers: { host } },
          (answer) => {
            let text = ''
            answer.on('data', (chunk) => (text += chunk))
            answer.on('end', () =>
              resolve({
                status: answer.statusCode ?? 0,
                type: answer.headers['content-type'] ?? '',
                cache: answer.headers['cache-control'] ?? '',
                json: JSON.parse(text),
              }),
            )
          },
        )
        asked.on('error', reject).end()
      },
    )
}

test('a region that is not served here is refused with a problem (RFC-54)', async (t) => {
  const ask = await startAskedFor(t)
  const { status, type, cache, json } = await ask(
    'emea.localhost',
    'GET',
    '/globalpci/v1/session/4111111111111111?x',
  )
  assert.equal(status, 421)
  assert.equal(type, 'application/problem+json; charset=utf-8')
  assert.equal(cache, 'no-store')
  assert.match(json.type ?? '', /^http:\/\/127\.0\.0\.1:\d+\/globalpci\/errors#misdirected-request$/)
  assert.equal(json.status, 421)
  assert.equal(json.instance, '/globalpci/v1/session/…')
  assert.equal(json.message, json.detail)
})

test('at an OAuth endpoint it is refused in the form that its clients read (RFC-6)', async (t) => {
  const ask = await startAskedFor(t)
  for (const path of ['/auth/connect/token', '/Auth/Connect/Token/', '/auth/connect/introspect?x=1']) {
    const { status, type, json } = await ask('emea.localhost', 'POST', path)
    assert.equal(status, 421, path)
    assert.equal(type, 'application/json; charset=utf-8')
    assert.equal(json.error, 'invalid_request')
    assert.match(json.error_description ?? '', /does not serve the region/)
  }
})
