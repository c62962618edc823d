import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { brandNames } from '@tonegate/protocol/card/brand'
import { makeTestFolder } from '../../../test/harness/test-folder.ts'
import { createMovableClock } from '../../base/clock.ts'
import { createGuids } from '../../base/guid.ts'
import { createLog } from '../../base/log.ts'
import { createOutgoing } from '../../base/outgoing/create-outgoing.ts'
import { systemRandom } from '../../base/random.ts'
import { createSealer } from '../../base/seal.ts'
import { openTestStore } from '../../store/test-store.ts'
import { readConfiguration } from '../configurations/read-configuration.ts'
import { fillDisk } from '../test-payments.ts'
import { createRemoteProvider } from './remote-provider.ts'
import { credentials, startProvider } from './test-provider.ts'
import { paymentData, writtenConfiguration } from './test-remote-provider.ts'

test('a session that cannot be written down is not handed out: a callback of it would be nobody’s', async (t) => {
  const folder = makeTestFolder('tonegate-remote')
  const store = await openTestStore(join(folder, 'nam.db'))
  const provider = await startProvider(t)
  const clock = createMovableClock()
  const outgoing = createOutgoing({ clock, privateAddresses: 'allowed' })
  const remote = createRemoteProvider({
    store,
    clock,
    sealer: createSealer(Buffer.alloc(32, 1), systemRandom),
    log: createLog('silent'),
    region: {
      name: 'nam',
      issuer: 'https://nam.example.com/auth',
      apiUrl: 'https://nam.api.example.com/globalpci',
      paymentOrigin: 'https://nam.pay.example.com',
    },
    outgoing: { refused: outgoing.send, allowed: outgoing.send },
    secrets: { find: async () => credentials.clientSecret },
    findConfiguration: () => undefined,
    adopt: async () => false,
    reports: { recordProgress: async () => {}, recordResult: async () => {} },
  })
  t.after(async () => {
    await remote.close()
    outgoing.close()
    await store.close()
    rmSync(folder, { recursive: true })
  })
  const read = readConfiguration(writtenConfiguration(provider), brandNames, 'sandbox')
  assert.ok('configuration' in read)
  const launch = () =>
    remote.launch({
      sessionGuid: createGuids({ clock, random: systemRandom })(),
      accountId: 7,
      agentId: 'agent7',
      configuration: read.configuration,
      kind: 'agent-assist',
      order: { amountMinor: 1240, currency: 'GBP', reference: 'order-1001' },
      paymentData,
      callGuid: null,
    })
  const makeRoom = fillDisk(t, store)
  await assert.rejects(launch(), { name: 'StoreUnavailable' })
  assert.equal(provider.launches.length, 1)
  makeRoom()
  assert.ok(await remote.has((await launch()).providerSessionGuid))
})
