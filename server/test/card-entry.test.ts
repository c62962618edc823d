import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { eventually } from './harness/test-eventually.ts'
import { channelPorts, startProcess } from './harness/test-processes.ts'
import { startTestTonegate } from './harness/test-tonegate.ts'

const agentId = 'agent7'
const paymentData = { Amount: '12.40', Currency: 'GBP' }
const year = String(new Date().getFullYear() + 3)
const pan = '4111111111111111'

type Process = Awaited<ReturnType<typeof startTestTonegate>>

/** The server in one process, and in two. */
const places: readonly (readonly [string, (t: TestContext) => Promise<{ api: Process; vault: Process }>])[] =
  [
    [
      'one process',
      async (t) => {
        const server = await startTestTonegate(t)
        return { api: server, vault: server }
      },
    ],
    [
      'two processes',
      async (t) => {
        const ports = await channelPorts()
        return { vault: await startProcess(t, 'vault', ports), api: await startProcess(t, 'api', ports) }
      },
    ],
  ]

for (const [place, start] of places) {
  test(`cards are keyed in with other dates and without codes, and links are opened by people; ${place}`, async (t) => {
    const { api, vault } = await start(t)
    const authorization = `Bearer ${await api.token()}`
    const create = async (kind: string, accountConfigurationId: number) => {
      const { callGuid } = (await vault.post('/sandbox/calls', { agentId })).json
      const body = { agentId, accountConfigurationId, paymentData }
      const created = await api.post(`/globalpci/v1/${kind}`, body, { authorization })
      assert.equal(created.status, 200, created.text)
      return { ...created.json, callGuid }
    }
    const get = async (guid: string) =>
      (await api.send(`/globalpci/v1/session/${guid}`, { headers: { authorization } })).json
    const outcomeOf = (guid: string) =>
      eventually(async () => {
        const { sessionState, paymentResultData } = await get(guid)
        return sessionState === 'Finished' && paymentResultData.paymentOutcome
      })

    for (const [configuration, keys] of [
      [0, `${pan}#12${year}#123#1`],
      [0, `${pan}#12#${year}#123#1`],
      [4, `${pan}#12${year}##1`],
      [4, `${pan}#12${year.slice(2)}##1`],
      [4, `${pan}#12${year.slice(2)}#123#1`],
      [5, `${pan}#12${year.slice(2)}#1`],
    ] as const) {
      const { sessionGuid, callGuid } = await create('session', configuration)
      await vault.post(`/sandbox/calls/${callGuid}/keys`, { keys })
      assert.equal(await outcomeOf(sessionGuid), 'approved', `${configuration} ${keys}`)
    }

    const { sessionGuid, paymentFormUrl } = await create('digitalsession', 5)
    assert.equal((await fetch(paymentFormUrl)).status, 200)
    assert.equal((await fetch(paymentFormUrl, { method: 'HEAD' })).status, 200)
    assert.equal((await get(sessionGuid)).sessionState, 'Created')
    assert.equal((await fetch(`${paymentFormUrl}/opened`, { method: 'POST' })).status, 200)
    await eventually(async () => (await get(sessionGuid)).sessionState === 'InProgress')
    const body = new URLSearchParams({
      cardNumber: '４１１１１１１１１１１１１１１１',
      expiry: `１２／${year}`,
    })
    await fetch(paymentFormUrl, { method: 'POST', body })
    assert.equal(await outcomeOf(sessionGuid), 'approved')
    assert.doesNotMatch([...api.lines, ...vault.lines].join(''), /4111111111111111|４１１１１/)
  })
}
