import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLog } from '../../base/log.ts'
import { Problem } from '../../base/problem.ts'
import { createHttp } from '../../http/http.ts'
import { nam } from '../test-identity.ts'
import { addOAuthEndpoint } from './oauth-endpoint.ts'

const fault = (statusCode: number) => Object.assign(new Error('what only we should know'), { statusCode })

for (const [what, error, status, code] of [
  ['a body that was refused', new Problem('invalid-request', 'It is wrong.'), 400, 'invalid_request'],
  ['a body of another type', new Problem('unsupported-media-type', 'It is.'), 415, 'invalid_request'],
  [
    'a fault of ours',
    new Problem('internal-error', 'what only we should know'),
    500,
    'Internal Server Error',
  ],
  ['too much to do', new Problem('overloaded', 'Later.'), 503, 'temporarily_unavailable'],
  ['a request that cannot be read', fault(400), 400, 'invalid_request'],
  ['the last of those', fault(499), 400, 'invalid_request'],
  ['what is no refusal', fault(399), 500, 'Internal Server Error'],
  ['a fault with a status', fault(500), 500, 'Internal Server Error'],
  ['a fault without one', new Error('what only we should know'), 500, 'Internal Server Error'],
] as const) {
  test(`${what} is ${status} ${code}`, async () => {
    const app = createHttp({ region: nam, log: createLog('silent'), proxy: 'none' })
    const handler = () => Promise.reject(error)
    addOAuthEndpoint(app, '/token', { handler, name: 'token', region: nam })
    const answer = await app.inject({
      method: 'POST',
      url: '/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'a=b',
    })
    assert.deepEqual([answer.statusCode, answer.json().error], [status, code])
    assert.doesNotMatch(answer.body, /what only we should know/)
  })
}

test('a request of 16 KiB is read, and one of a byte more is not', async () => {
  const app = createHttp({ region: nam, log: createLog('silent'), proxy: 'none' })
  addOAuthEndpoint(app, '/token', {
    handler: async (parameters) => JSON.stringify({ size: parameters.get('a')?.length }),
    name: 'token',
    region: nam,
  })
  const post = (bytes: number) =>
    app.inject({
      method: 'POST',
      url: '/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: `a=${'b'.repeat(bytes - 2)}`,
    })
  assert.deepEqual((await post(16 * 1024)).json(), { size: 16 * 1024 - 2 })
  assert.equal((await post(16 * 1024 + 1)).statusCode, 400)
})
