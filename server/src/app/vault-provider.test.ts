import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../base/clock.ts'
import type { Guid } from '../base/guid.ts'
import type { Calls } from '../calls/calls.ts'
import type { ProviderLaunch } from '../payments/provider.ts'
import { keypadConfiguration } from '../payments/test-payments.ts'
import type { Launched } from '../vault/model/launch.ts'
import { vaultProvider } from './vault-provider.ts'

const guid = '0198c0fd-89c0-72e1-8f18-572efd5c5470' as Guid

const launch: ProviderLaunch = {
  sessionGuid: guid,
  providerSessionGuid: guid,
  accountId: 7,
  agentId: 'agent7',
  kind: 'digital',
  callGuid: null,
  configuration: keypadConfiguration,
  order: { amountMinor: 1240, currency: 'GBP' },
  paymentData: {},
}

/** A vault whose rows become durable when the test says. */
function startProvider() {
  const durable = Promise.withResolvers<void>()
  durable.promise.catch(() => {})
  const asked: string[] = []
  let isThere = false
  const launched: Launched = {
    guid,
    viewUrl: 'view',
    accessToken: 'a',
    refreshToken: 'r',
    paymentFormUrl: 'p',
    durable: durable.promise,
    alongside: async () => durable.promise,
  }
  const sessions = {
    async launch() {
      asked.push('launch')
      return launched
    },
    find: () => undefined,
    named: {
      nameOf: () => ({ guid, digest: Buffer.of() }),
      async again() {
        asked.push('again')
        return isThere ? { ...launched, durable: Promise.resolve() } : undefined
      },
    },
  }
  const provider = vaultProvider({
    sessions: sessions as unknown as Parameters<typeof vaultProvider>[0]['sessions'],
    orders: {} as Parameters<typeof vaultProvider>[0]['orders'],
    calls: {} as Calls,
    clock: createMovableClock(),
    launched: () => {},
    named: () => {},
  })
  return {
    provider,
    asked,
    becomeDurable() {
      isThere = true
      durable.resolve()
    },
    fail: () => durable.reject(new Error('the disk is full')),
  }
}

const settle = () => new Promise((resolve) => setImmediate(resolve))

test('the same launch again waits until the first of it is durable, and finds it', async () => {
  const { provider, asked, becomeDurable } = startProvider()
  const both = Promise.all([provider.launch(launch), provider.launch(launch)])
  await settle()
  assert.deepEqual(asked, ['again', 'launch'])
  becomeDurable()
  const guids = (await both).map(({ providerSessionGuid }) => providerSessionGuid)
  assert.deepEqual(
    [guids, asked],
    [
      [guid, guid],
      ['again', 'launch', 'again'],
    ],
  )
})

test('a launch under a name that cannot be made durable is none, and the next one is its own', async () => {
  const { provider, asked, fail } = startProvider()
  const first = provider.launch(launch)
  fail()
  await assert.rejects(first, /the disk is full/)
  await assert.rejects(provider.launch(launch), /the disk is full/)
  assert.deepEqual(asked, ['again', 'launch', 'again', 'launch'])
})

test('a launch without a name hands on when it is durable', async () => {
  const { provider, fail } = startProvider()
  const { providerSessionGuid: _, ...unnamed } = launch
  const launched = await provider.launch(unnamed)
  fail()
  await assert.rejects(launched.durable, /the disk is full/)
})
