import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Problem } from '../../base/problem.ts'
import { approved, fillDisk, keypadConfiguration, paymentData, startPayments } from '../test-payments.ts'

const digital = '/globalpci/v1/digitalsession'

async function startEndings(t: TestContext) {
  const started = await startPayments(t)
  const { post, store, payments, clock } = started
  payments.start()
  const view = store.prepare((db, p: { guid: string }) =>
    db.selectFrom('payment_session').select(['agent_view', 'opened_by']).where('guid', '=', p.guid),
  )
  return {
    ...started,
    async opened(as: string, accountConfigurationId = 0) {
      const body = {
        paymentData,
        accountConfigurationId,
        ...(/^agent/.test(as) ? {} : { agentId: 'agent7' }),
      }
      const answer = await post(body, { url: digital, as })
      assert.equal(answer.statusCode, 200, answer.body)
      return answer.json()
    },
    viewOf: async (guid: string) => (await view.first(store.reader, { guid }))?.agent_view,
    /** Half a second, and what is done in it. */
    async look() {
      await clock.advance(500)
      for (let turn = 0; turn < 40; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

for (const [opener, id] of [
  ['agent7', 'user-7'],
  ['backend', 'backend'],
] as const) {
  test(`the views of what ${opener} opened are closed within a second of the end of that access, and no others`, async (t) => {
    const { opened, ended, closedViews, look, viewOf, get } = await startEndings(t)
    const [first, second] = [await opened(opener), await opened(opener)]
    const others = [await opened('agent7-again'), await opened('agent8'), await opened('other-client')]
    await look()
    assert.deepEqual(closedViews, [])
    ended.add(id)
    await look()
    assert.deepEqual([...closedViews].sort(), [first.providerSessionGuid, second.providerSessionGuid].sort())
    assert.equal(await viewOf(first.sessionGuid), 'closed')
    for (const { sessionGuid } of others) assert.equal(await viewOf(sessionGuid), 'open')
    await look()
    assert.equal(closedViews.length, 2)
    assert.equal((await get(first.sessionGuid, 'other-client')).json().sessionState, 'Created')
  })
}

test('a view whose provider cannot be reached is closed when it can, though the access was given back meanwhile', async (t) => {
  const { opened, ended, behaviour, closedViews, look, viewOf, lines } = await startEndings(t)
  const { sessionGuid } = await opened('agent7')
  behaviour.closeView = async () => {
    throw new Problem('provider-unavailable', 'The payment server cannot be reached. Try again shortly.')
  }
  ended.add('user-7')
  await look()
  ended.delete('user-7')
  for (let times = 0; times < 6; times += 1) await look()
  assert.ok(closedViews.length >= 3, String(closedViews.length))
  assert.equal(await viewOf(sessionGuid), 'ending')
  assert.equal(lines.filter((line) => line.includes('could not be closed')).length, 1)
  behaviour.closeView = async () => {}
  await look()
  await look()
  assert.equal(await viewOf(sessionGuid), 'closed')
})

test('that a view is closed is written before it counts: with a full disk it is closed again', async (t) => {
  const { opened, ended, behaviour, closedViews, look, viewOf, store, clock, lines } = await startEndings(t)
  const { sessionGuid } = await opened('agent7')
  let makeRoom = () => {}
  behaviour.closeView = async () => {
    makeRoom = fillDisk(t, store)
  }
  ended.add('user-7')
  await look()
  makeRoom()
  assert.equal(await viewOf(sessionGuid), 'ending')
  assert.ok(!lines.some((line) => line.includes('an agent view was closed')))
  delete behaviour.closeView
  await clock.advance(10_000)
  await look()
  assert.deepEqual([await viewOf(sessionGuid), closedViews.length], ['closed', 2])
})

test('a provider that does not answer keeps no view open at another one', async (t) => {
  const { opened, ended, behaviour, payments, look, viewOf } = await startEndings(t)
  await payments.configurations.put(7, { ...keypadConfiguration, id: 2 })
  const silent: string[] = []
  const { promise: answers, resolve: answer } = Promise.withResolvers<void>()
  for (let each = 0; each < 40; each += 1) silent.push((await opened('agent7')).providerSessionGuid)
  const other = await opened('agent7', 2)
  behaviour.closeView = async (guid) => {
    if (silent.includes(guid)) await answers
  }
  ended.add('user-7')
  await look()
  assert.equal(await viewOf(other.sessionGuid), 'closed')
  assert.equal(await viewOf((await opened('agent8')).sessionGuid), 'open')
  answer()
})

test('of a session that has ended nothing is asked', async (t) => {
  const { opened, ended, payments, closedViews, look } = await startEndings(t)
  const { providerSessionGuid } = await opened('agent7')
  await payments.reports.recordResult(approved(providerSessionGuid))
  ended.add('user-7')
  await look()
  assert.deepEqual(closedViews, [])
})

test('who opened a session is kept with it: of a person the client, the person and the token', async (t) => {
  const { opened, store } = await startEndings(t)
  const row = store.prepare((db, p: { guid: string }) =>
    db.selectFrom('payment_session').select('opened_by').where('guid', '=', p.guid),
  )
  const openedBy = async (as: string) =>
    (await row.first(store.reader, { guid: (await opened(as)).sessionGuid }))?.opened_by
  assert.equal(await openedBy('agent7'), 'desktop user-7 token of user-7')
  assert.equal(await openedBy('backend'), 'backend')
})
