import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeTestFolder } from '../../../../test/harness/test-folder.ts'
import { systemClock } from '../../../base/clock.ts'
import { systemRandom } from '../../../base/random.ts'
import { openTestStore } from '../../../store/test-store.ts'
import { testSealer } from '../../test-vault.ts'
import { callbackTo, testFlow } from '../test-provider-api.ts'
import type { ProviderFlow } from './provider-flow.ts'
import { createProviderFlows } from './provider-flows.ts'

const tenant = 7
const rounds = 10

test('of two who put a flow at once one is given the secret that signs, and it stays', async (t) => {
  const folder = makeTestFolder('tonegate-flows')
  const stores = await Promise.all([1, 2].map(() => openTestStore(join(folder, 'nam.db'))))
  t.after(async () => {
    for (const store of stores) await store.close()
    rmSync(folder, { recursive: true })
  })
  const [one, other] = stores.map((store) =>
    createProviderFlows({ store, clock: systemClock, random: systemRandom, sealer: () => testSealer }),
  )
  if (!one || !other) throw new Error('There is no node.')
  for (let id = 1; id <= rounds; id += 1) {
    const callback = { ...callbackTo('https://example.com/'), signature: 'standard-webhooks' } as const
    const flow: ProviderFlow = { ...testFlow, id, callback }
    const made: readonly { readonly newSigningSecret?: string }[] = await Promise.all([
      one.put(tenant, flow),
      other.put(tenant, flow),
    ])
    const told: readonly string[] = made.flatMap(({ newSigningSecret = [] }) => newSigningSecret)
    const secret: string | undefined = (await other.find(tenant, id))?.signingSecret
    assert.deepEqual(told, [secret])
    assert.deepEqual(await one.put(tenant, { ...flow, name: 'Renamed' }), {})
    assert.equal((await other.find(tenant, id))?.signingSecret, secret)
    await one.put(tenant, { ...flow, callback: { ...callback, signature: 'none' } })
    assert.equal((await other.find(tenant, id))?.signingSecret, undefined)
  }
})
