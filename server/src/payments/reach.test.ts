import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { approved, paymentData, startPayments } from './test-payments.ts'

const digital = '/globalpci/v1/digitalsession'
const unknown = '0198a1b2-0000-7000-8000-000000000001'

/** Everything that a request of a session may ask. */
const operations = {
  get: (guid: string) => ({ method: 'GET', url: `/globalpci/v1/session/${guid}` }),
  'get in capitals': (guid: string) => ({
    method: 'GET',
    url: `/GlobalPCI/V1/SESSION/${guid.toUpperCase()}`,
  }),
  cancel: (guid: string) => ({ method: 'POST', url: `/globalpci/v1/session/${guid}/cancel` }),
  resend: (guid: string) => ({ method: 'POST', url: `/globalpci/v1/digitalsession/${guid}/resend` }),
} as const

async function startWithSessions(t: TestContext) {
  const started = await startPayments(t)
  const { post, open, payments, behaviour } = started
  behaviour.cancel = (guid) => payments.reports.recordResult({ guid, end: 'cancelled', outcome: 'cancelled' })
  const own = await post({ paymentData }, { url: digital, as: 'agent7' })
  assert.equal(own.statusCode, 200, own.body)
  const ended = await open({}, digital)
  await payments.reports.recordResult(approved(ended.providerSessionGuid))
  return {
    ...started,
    sessions: {
      'opened by the back end': (await open({}, digital)).sessionGuid,
      'opened by the agent': own.json().sessionGuid as string,
      'that has ended': ended.sessionGuid,
    },
  }
}

for (const [name, operation] of Object.entries(operations)) {
  test(`${name}: a session is there for its agent and the account’s back ends, and for nobody else`, async (t) => {
    const { send, sessions, cancelled, sentLinks } = await startWithSessions(t)
    for (const [which, guid] of Object.entries(sessions)) {
      const settledFirst = await send({ url: `/globalpci/v1/session/${guid}` })
      assert.equal(settledFirst.statusCode, 200)
      for (const as of ['agent8', 'elsewhere', 'foreign']) {
        const refused = await send({ ...operation(guid), as })
        const nothing = await send({ ...operation(unknown), as })
        assert.equal(refused.statusCode, 404, `${as}, ${which}`)
        const { instance: _, ...said } = refused.json()
        const { instance: __, ...saidOfNothing } = nothing.json()
        assert.deepEqual(said, saidOfNothing, `${as}, ${which}`)
      }
      assert.deepEqual([cancelled, sentLinks], [[], []])
    }
    for (const as of ['agent7', 'agent7-again', 'other-client', 'backend']) {
      for (const guid of Object.values(sessions)) {
        assert.notEqual((await send({ ...operation(guid), as })).statusCode, 404, as)
      }
    }
  })
}

test('an agent’s list holds that agent’s sessions, whatever is asked, and no page of it leads to others', async (t) => {
  const { send, open, post } = await startPayments(t)
  const list = async (as: string, query = '') =>
    (await send({ url: `/GlobalPCI/v1/Sessions?${query}`, as })).json()
  for (let times = 0; times < 3; times += 1) {
    await open({}, digital)
    await open({ agentId: 'agent8' }, digital)
    await post({ paymentData }, { url: digital, as: 'elsewhere' })
  }
  const agents = (answer: { sessions: { agentId: string }[] }) =>
    answer.sessions.map(({ agentId }) => agentId)
  assert.deepEqual(agents(await list('agent7')), ['agent7', 'agent7', 'agent7'])
  assert.deepEqual(agents(await list('agent7', 'AGENTID=agent7&state=Created')), Array(3).fill('agent7'))
  assert.deepEqual(agents(await list('agent7', 'agentId=')), Array(3).fill('agent7'))
  for (const foreign of ['agentId=agent8', 'AgentID=agent8', 'agentId=AGENT7', 'agentid=*']) {
    assert.equal((await list('agent7', foreign)).status, 403, foreign)
  }
  const { nextCursor: ofAll } = await list('backend', 'limit=1')
  const { nextCursor: ofAgent8 } = await list('agent8', 'limit=1')
  const { nextCursor: ofAgent7 } = await list('agent7', 'limit=1')
  for (const cursor of [ofAll, ofAgent8]) {
    assert.equal((await list('agent7', `cursor=${cursor}`)).status, 400)
  }
  assert.equal((await list('backend', `cursor=${ofAgent7}`)).status, 400)
  assert.deepEqual(agents(await list('agent7-again', `cursor=${ofAgent7}`)), ['agent7', 'agent7'])
})

test('a session is not opened in the name of another agent', async (t) => {
  const { post, launches } = await startPayments(t)
  for (const url of ['/globalpci/v1/session', digital]) {
    for (const body of [{ agentId: 'agent8' }, { AGENTID: 'agent8' }, { agentId: 'Agent7' }]) {
      const answer = await post({ ...body, paymentData, skipCallTransfer: true }, { url, as: 'agent7' })
      assert.equal(answer.statusCode, 403)
      assert.match(answer.json().type, /#foreign-agent$/)
    }
  }
  assert.deepEqual(launches, [])
})

test('a call with a session of another agent is taken, and that session is not named', async (t) => {
  const { post, putOnCall } = await startPayments(t)
  const callGuid = putOnCall('agent8')
  const first = await post({ agentId: 'agent8', paymentData })
  const { sessionGuid } = first.json()
  putOnCall('agent7', 7, callGuid)
  const foreign = await post({ paymentData }, { as: 'agent7' })
  assert.equal(foreign.statusCode, 409)
  assert.match(foreign.json().type, /#call-has-session$/)
  assert.ok(!foreign.body.includes(sessionGuid), foreign.body)
  const own = await post({ paymentData }, { as: 'agent8' })
  assert.equal(own.json().sessionGuid, sessionGuid)
  assert.equal((await post({ agentId: 'agent7', paymentData })).json().sessionGuid, sessionGuid)
})

test('two people at one desktop have keys of their own, also where both are one agent', async (t) => {
  const { post } = await startPayments(t)
  const headers = { 'idempotency-key': 'key-1' }
  const opened = async (as: string) =>
    (await post({ paymentData }, { url: digital, as, headers })).json().sessionGuid as string
  const first = await opened('agent7')
  assert.equal(await opened('agent7'), first)
  const others = [await opened('agent7-again'), await opened('agent8'), await opened('elsewhere')]
  assert.equal(new Set([first, ...others]).size, 4)
})
