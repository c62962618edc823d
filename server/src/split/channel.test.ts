import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { channelPorts, environmentOf } from '../../test/harness/test-processes.ts'
import { systemClock } from '../base/clock.ts'
import type { Guid } from '../base/guid.ts'
import { createLog } from '../base/log.ts'
import { Problem } from '../base/problem.ts'
import { readConfig } from '../config/config.ts'
import { createHttp } from '../http/http.ts'
import type { ProviderLaunch } from '../payments/provider.ts'
import { keypadConfiguration } from '../payments/test-payments.ts'
import { type Channel, openChannel } from './open-channel.ts'
import { createRemoteVault } from './remote-vault.ts'
import { remoteReports, serveReports } from './reports.ts'
import type { VaultProvider } from './serve-vault.ts'
import { serveVault } from './serve-vault.ts'

const region = {
  name: 'nam',
  issuer: 'http://nam.test/auth',
  apiUrl: 'http://nam.api.test/globalpci',
  paymentOrigin: 'http://nam.test',
} as const

const guid = '0198c0fd-89c0-72e1-8f18-572efd5c5470' as Guid

const launch: ProviderLaunch = {
  sessionGuid: guid,
  providerSessionGuid: guid,
  accountId: 7,
  agentId: 'agent7',
  configuration: keypadConfiguration,
  kind: 'digital',
  order: { amountMinor: 1240, currency: 'GBP' },
  paymentData: {},
  callGuid: null,
}

/** The two ends of a channel, without the processes behind them. */
async function startChannel(t: TestContext): Promise<Record<'api' | 'vault', Channel>> {
  const ports = await channelPorts()
  const open = async (role: 'api' | 'vault') => {
    const { channel, regions } = readConfig({
      PORT: '0',
      TONEGATE_DATA: '/nowhere',
      ...environmentOf(role, ports),
    })
    assert.ok(channel)
    const opened = await openChannel(
      { role, channel, regions },
      { clock: systemClock, log: createLog('silent') },
    )
    t.after(async () => {
      opened.close()
      await opened.stop()
    })
    return opened
  }
  return { api: await open('api'), vault: await open('vault') }
}

/** The vault's end answers as this provider does. */
async function serve(vault: Channel, provider: Partial<VaultProvider>): Promise<void> {
  const app = createHttp({ region, log: createLog('silent'), proxy: 'none' })
  const calls = { findLiveCall: async () => 'no-call' as const }
  serveVault({ provider: provider as VaultProvider, calls })(app)
  await app.ready()
  vault.serve((name) => (name === 'nam' ? (request, response) => app.routing(request, response) : undefined))
}

const unavailable = (error: unknown) => {
  assert.ok(error instanceof Problem)
  assert.equal(error.code, 'provider-unavailable')
  assert.deepEqual(error.options.headers, { 'retry-after': '5' })
  return true
}

test('a process that does not answer yet, and one that does not serve a region, are unavailable', async (t) => {
  const { api, vault } = await startChannel(t)
  const { provider } = createRemoteVault(api.askOtherProcess('nam'))
  await assert.rejects(provider.cancel(guid), unavailable)
  await assert.rejects(provider.launch(launch), unavailable)
  await serve(vault, { cancel: async () => {} })
  await provider.cancel(guid)
  await assert.rejects(createRemoteVault(api.askOtherProcess('emea')).provider.cancel(guid), unavailable)
})

test('an internal error of the other process is answered as unavailable, and its text is not', async (t) => {
  const { api, vault } = await startChannel(t)
  await serve(vault, {
    cancel: async () => {
      throw new Error('a bug with a secret in it')
    },
  })
  const { provider } = createRemoteVault(api.askOtherProcess('nam'))
  await assert.rejects(provider.cancel(guid), (error: Error) => {
    assert.doesNotMatch(error.message, /secret|internal/)
    return unavailable(error)
  })
})

test('a launch that the vault could not make durable is not answered as one', async (t) => {
  const { api, vault } = await startChannel(t)
  const durable = Promise.withResolvers<void>()
  durable.promise.catch(() => {})
  const asked = Promise.withResolvers<void>()
  const launched = {
    providerSessionGuid: guid,
    iframeUrl: 'i',
    agentAccessToken: 'a',
    agentRefreshToken: 'r',
    paymentFormUrl: 'p',
    durable: durable.promise,
  }
  await serve(vault, {
    async launch() {
      asked.resolve()
      return launched
    },
  })
  const { provider } = createRemoteVault(api.askOtherProcess('nam'))
  let answered = false
  const answer = provider.launch(launch).finally(() => {
    answered = true
  })
  answer.catch(() => {})
  await asked.promise
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(answered, false)
  durable.reject(new Error('the disk is full'))
  await assert.rejects(answer, unavailable)
})

test('a result that the API refuses is a refusal at the vault', async (t) => {
  const { api, vault } = await startChannel(t)
  const app = createHttp({ region, log: createLog('silent'), proxy: 'none' })
  const refuse = async () => {
    throw new Problem('not-found', 'No payment session has this id.')
  }
  const record = { recordProgress: refuse, recordResult: refuse }
  serveReports({ ...record, recordCourse: refuse, recordOperation: refuse })(app)
  await app.ready()
  api.serve(() => (request, response) => app.routing(request, response))
  const reports = remoteReports(vault.askOtherProcess('nam'))
  const refused = reports.recordResult({ guid, end: 'success', outcome: 'approved' })
  await assert.rejects(refused, { code: 'not-found' })
})
