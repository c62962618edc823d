import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nam } from '../test-identity.ts'
import { prepareRefusals } from './bearer-refusals.ts'

test('a refusal is in the terms of the host that was asked, and of no host that is not ours', () => {
  const local = { issuer: 'http://localhost:8080/auth', apiUrl: 'http://localhost:8080/globalpci' }
  const refusalsAt = prepareRefusals({
    region: { ...nam, localNames: new Map([['localhost:8080', local]]) },
    scope: 'globalpci',
    aboutOf: ({ apiUrl }) => `realm="${apiUrl}"`,
  })
  for (const [host, { apiUrl }] of [
    ['localhost:8080', local],
    ['LOCALHOST:8080', local],
    ['localhost:8081', nam],
    ['evil.example', nam],
    [undefined, nam],
  ] as const) {
    const { asBearer, asDpop } = refusalsAt(host)
    for (const refused of [asBearer.invalid(), asDpop.expired(), asBearer.noCredentials()])
      assert.ok(refused.options.headers?.['www-authenticate']?.endsWith(`realm="${apiUrl}"`))
  }
})

test('who comes with more proofs than are kept is told when to come again', () => {
  const { asDpop } = prepareRefusals({ region: nam, scope: 'globalpci', aboutOf: () => 'realm="x"' })(
    undefined,
  )
  const refused = asDpop.overloaded()
  assert.deepEqual([refused.status, refused.options.headers], [503, { 'retry-after': '5' }])
})
