import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keysRequest } from '../phone-calls.ts'
import { createKeysFloor } from './keys-floor.ts'

const key = `tgp_${'A'.repeat(43)}`

test('the keys floor takes keys of its platform alone', async (t) => {
  const app = createKeysFloor({ key })
  t.after(() => app.close())
  const post = (bearer: string) =>
    app.inject({
      method: 'POST',
      url: '/calls/v1/calls/one/keys',
      headers: { authorization: `Bearer ${bearer}` },
      payload: { keys: '411' },
    })
  const answer = await post(key)
  assert.equal(answer.statusCode, 200)
  assert.deepEqual(answer.json(), { taken: 3 })
  assert.equal((await post(`tgp_${'B'.repeat(43)}`)).statusCode, 401)
})

test('keys are posted to the call, with the key of the phone system', () => {
  const request = keysRequest({ callsUrl: 'http://127.0.0.1:80/calls/v1/calls', key }, 'one', '{"keys":"4"}')
  assert.match(request, /^POST \/calls\/v1\/calls\/one\/keys HTTP\/1\.1\r\n/)
  assert.ok(request.includes(`\r\nauthorization: Bearer ${key}\r\n`))
  assert.ok(request.endsWith('\r\ncontent-length: 12\r\n\r\n{"keys":"4"}'))
})
