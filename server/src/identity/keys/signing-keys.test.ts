import assert from 'node:assert/strict'
import { test } from 'node:test'
import { calculateJwkThumbprint } from 'jose'
import { systemRandom } from '../../base/random.ts'
import { createSealer } from '../../base/seal.ts'
import { createIdentity } from '../identity.ts'
import { authorized, nam, startIdentity } from '../test-identity.ts'
import { quickHashing } from '../users/test-hashing.ts'
import { openSigningKeys } from './signing-keys.ts'

test('a pair for each algorithm that signs is made at the first start and found again at the next', async (t) => {
  const { store, clock, sealer, region } = await startIdentity(t)
  const opened = await openSigningKeys({ store, clock, sealer, region })
  const again = await openSigningKeys({ store, clock, sealer, region })
  assert.deepEqual(opened.map(({ algorithm }) => algorithm).sort(), ['ES256', 'RS256'])
  assert.deepEqual(
    again.map(({ kid }) => kid),
    opened.map(({ kid }) => kid),
  )
  const rsa = opened.find(({ algorithm }) => algorithm === 'RS256')
  assert.ok((rsa?.publicKey.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048)
})

test('a kid is the thumbprint of its key', async (t) => {
  const { store, clock, sealer, region } = await startIdentity(t)
  for (const { kid, publicJwk } of await openSigningKeys({ store, clock, sealer, region })) {
    assert.equal(kid, await calculateJwkThumbprint(publicJwk))
    assert.equal(publicJwk.kid, kid)
  }
})

test('a token issued before a restart works after it', async (t) => {
  const { issue, identity, account, clientId, ...parts } = await startIdentity(t)
  const token = await issue()
  const restarted = await createIdentity({ ...parts, ...quickHashing() })
  const caller = await restarted.bearer(authorized(`Bearer ${token}`))
  assert.deepEqual([caller.clientId, caller.account], [clientId, account])
})

test('private keys are not in the store in clear (RFC-19)', async (t) => {
  const { store, clock, sealer, region } = await startIdentity(t)
  const sealed = store.prepare((db, _: object) => db.selectFrom('signing_key').select('sealed_private_key'))
  const rows = await sealed.all(store.reader, {})
  for (const { privateKey } of await openSigningKeys({ store, clock, sealer, region })) {
    const clear = privateKey.export({ format: 'der', type: 'pkcs8' })
    for (const row of rows) {
      assert.ok(!Buffer.from(row.sealed_private_key).includes(clear.subarray(-16)))
    }
  }
})

test('keys do not open under another sealing key or in another region', async (t) => {
  const { store, clock, sealer } = await startIdentity(t)
  const stranger = createSealer(Buffer.alloc(32, 8), systemRandom)
  await assert.rejects(openSigningKeys({ store, clock, sealer: stranger, region: nam }))
  await assert.rejects(openSigningKeys({ store, clock, sealer, region: { ...nam, name: 'emea' } }))
})
