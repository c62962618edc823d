import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Guid } from '../base/guid.ts'
import { createLog } from '../base/log.ts'
import type { Call, Calls } from '../calls/calls.ts'
import { createHttp } from '../http/http.ts'
import type { DistantLaunch, ProviderLaunch } from '../payments/provider.ts'
import { keypadConfiguration } from '../payments/test-payments.ts'
import { createRemoteVault } from './remote-vault.ts'
import type { VaultProvider } from './serve-vault.ts'
import { serveVault } from './serve-vault.ts'

const region = {
  name: 'nam',
  issuer: 'http://nam.test/auth',
  apiUrl: 'http://nam.api.test/globalpci',
  paymentOrigin: 'http://nam.test',
} as const
const guid = '0198c0fd-89c0-72e1-8f18-572efd5c5470' as Guid
const sessionGuid = '0198c0fd-89c0-72e1-8f18-572efd5c5471' as Guid
const callGuid = '0198c0fd-89c0-72e1-8f18-572efd5c5472' as Guid

/** Both ends of the contract between the processes, without the channel between them. */
async function startEnds(
  t: TestContext,
  provider: Partial<VaultProvider>,
  findLiveCall: Calls['findLiveCall'] = async () => 'no-call',
) {
  const app = createHttp({ region, log: createLog('silent'), proxy: 'none' })
  serveVault({ provider: provider as VaultProvider, calls: { findLiveCall } })(app)
  await app.ready()
  t.after(() => app.close())
  return createRemoteVault(async (url, payload) => {
    const answer = await app.inject({ method: 'POST', url, payload })
    assert.equal(answer.statusCode, 200, `${url}: ${answer.body}`)
    return answer.json()
  })
}

const launch: ProviderLaunch = {
  sessionGuid,
  callGuid,
  providerSessionGuid: guid,
  accountId: 7,
  agentId: 'agent7',
  kind: 'agent-assist',
  configuration: keypadConfiguration,
  order: { amountMinor: 1240, currency: 'GBP', reference: 'order-1' },
  paymentData: { FirstName: 'John', Middle: null },
}

test('a launch arrives as it was asked for, and its answer comes back whole', async (t) => {
  const launches: ProviderLaunch[] = []
  const { provider } = await startEnds(t, {
    async launch(asked) {
      launches.push(asked)
      return {
        providerSessionGuid: guid,
        iframeUrl: 'view',
        agentAccessToken: 'access',
        agentRefreshToken: 'refresh',
        paymentFormUrl: 'page',
        durable: Promise.resolve(),
      }
    },
  })
  const { durable, ...launched } = await provider.launch(launch)
  await durable
  assert.deepEqual(launches, [JSON.parse(JSON.stringify(launch))])
  assert.deepEqual(launched, {
    providerSessionGuid: guid,
    iframeUrl: 'view',
    agentAccessToken: 'access',
    agentRefreshToken: 'refresh',
    paymentFormUrl: 'page',
  })
})

test('a launch without a name is not sent', async (t) => {
  const { provider } = await startEnds(t, { launch: () => assert.fail('it was sent') })
  const { providerSessionGuid: _, ...unnamed } = launch
  await assert.rejects(provider.launch(unnamed), /has no name/)
})

test('what is asked of a session is asked of that one, and answered', async (t) => {
  const asked: unknown[] = []
  const note =
    <T>(what: string, answer: T) =>
    async (...values: unknown[]) => {
      asked.push([what, ...values])
      return answer
    }
  const { provider } = await startEnds(t, {
    opened: note('opened', undefined),
    cancel: note('cancel', undefined),
    closeView: note('close-view', undefined),
    cancelAfterwards: note('cancel-afterwards', 'refused' as const),
    sendLink: note('link', { channel: 'sms' as const, paymentFormUrl: 'page' }),
  })
  const distant = provider.distant?.(undefined)
  assert.deepEqual([distant?.follow, distant?.isNamed], ['ask', true])
  const order = { channel: 'sms', to: '+48500000000' } as const
  await distant?.opened({ providerSessionGuid: guid } as DistantLaunch)
  await provider.cancel(guid)
  await provider.closeView(guid)
  assert.equal(await provider.cancelAfterwards(guid), 'refused')
  assert.deepEqual(await provider.sendLink(guid, order), { channel: 'sms', paymentFormUrl: 'page' })
  assert.deepEqual(asked, [
    ['opened', guid],
    ['cancel', guid],
    ['close-view', guid],
    ['cancel-afterwards', guid],
    ['link', guid, order],
  ])
})

for (const [became, taken] of [
  ['nothing', undefined],
  ['session', guid],
] as const) {
  test(`a launch that was called off and became ${became} is ${taken ? 'taken up' : 'none'}`, async (t) => {
    const { provider } = await startEnds(t, { callOff: async () => became })
    const launched = { providerSessionGuid: guid } as DistantLaunch
    assert.equal(await provider.distant?.(undefined)?.callOff(launched), taken)
  })
}

test('an agent’s live call is looked for by account and agent, and there may be none', async (t) => {
  const live = { callGuid, accountId: 7, agentId: 'agent7' } as unknown as Call
  const { calls } = await startEnds(t, {}, async (accountId, agentId) => {
    if (accountId !== 7) return 'no-platform'
    return agentId === 'agent7' ? live : 'no-call'
  })
  assert.deepEqual(await calls.findLiveCall(7, 'agent7'), live)
  assert.equal(await calls.findLiveCall(8, 'agent7'), 'no-platform')
  assert.equal(await calls.findLiveCall(7, 'agent8'), 'no-call')
})
