import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brandNames } from '@tonegate/protocol/card/brand'
import { eventually } from '../../../test/harness/test-eventually.ts'
import { createConfigurations } from '../configurations/configurations.ts'
import { readConfiguration } from '../configurations/read-configuration.ts'
import type { Reply } from './test-provider.ts'
import {
  configurationId,
  paymentData,
  startRemote,
  success,
  writtenConfiguration,
} from './test-remote-provider.ts'

const minutes = 60_000

type Started = Awaited<ReturnType<typeof startRemote>>

/** Asks for a session with an `Idempotency-Key`. */
async function ask({ tonegate }: Started, key: string | undefined, changes: object = {}) {
  const body = {
    agentId: 'agent1',
    skipCallTransfer: true,
    accountConfigurationId: configurationId,
    paymentData,
  }
  return tonegate.post(
    '/globalpci/v1/session',
    { ...body, ...changes },
    { authorization: `Bearer ${await tonegate.token()}`, ...(key && { 'idempotency-key': key }) },
  )
}

/** The next answer to a launch is lost, and those after it are not. */
function loseAnswer({ provider }: Started, reply: Reply = 'closes'): void {
  provider.behaviour.launched = () => {
    delete provider.behaviour.launched
    return reply
  }
}

const listed = async ({ tonegate }: Started): Promise<readonly Record<string, string>[]> =>
  (
    await tonegate.send('/globalpci/v1/sessions', {
      headers: { authorization: `Bearer ${await tonegate.token()}` },
    })
  ).json.sessions

const calledOff = ({ provider }: Started) =>
  provider.got.filter(({ path }) => path.endsWith('/launch/cancel')).length

for (const reply of ['closes', { status: 502, body: 'Bad gateway' }] as const) {
  const what = reply === 'closes' ? 'is lost' : 'is that of a proxy'
  test(`a launch at another vault whose answer ${what} is the same one when its key comes again`, async (t) => {
    const started = await startRemote(t, { kind: 'tonegate' })
    loseAnswer(started, reply)
    assert.equal((await ask(started, 'k')).status, 503)
    assert.equal((await ask(started, 'k', { agentId: 'agent2' })).status, 422)
    const again = await ask(started, 'k')
    assert.equal(again.status, 200)
    const { launches } = started.provider
    assert.deepEqual(
      launches.map(({ id }) => id),
      [again.json.providerSessionGuid],
    )
    assert.equal(launches[0]?.initialValues.sessionGuid, again.json.sessionGuid)
    assert.equal((await ask(started, 'k')).text, again.text)
    await started.clock.leap(10 * minutes)
    assert.equal(calledOff(started), 0)
    assert.equal((await started.get(again.json.sessionGuid)).sessionState, 'Created')
  })
}

test('the key stands for the same launch after a restart', async (t) => {
  const first = await startRemote(t, { kind: 'tonegate' })
  loseAnswer(first)
  assert.equal((await ask(first, 'k')).status, 503)
  await first.tonegate.close()
  const { clock, provider, tonegate } = first
  const second = await startRemote(t, { kind: 'tonegate', clock, provider, folder: tonegate.folder })
  const again = await ask(second, 'k')
  assert.equal(again.status, 200)
  assert.equal(provider.launches.length, 1)
})

for (const key of ['k', undefined]) {
  test(`a launch that nobody asks for again is called off, ${key ? 'after five minutes' : 'at once without a key'}`, async (t) => {
    const started = await startRemote(t, { kind: 'tonegate' })
    loseAnswer(started)
    assert.equal((await ask(started, key)).status, 503)
    if (key) await started.clock.leap(5 * minutes)
    await eventually(async () => {
      await started.clock.advance(1000)
      return calledOff(started) === 1
    })
    const [orphan] = started.provider.launches
    assert.equal(started.provider.sessions.get(orphan?.id ?? '')?.State, 'Ended')
    const next = await eventually(async () => {
      const answer = await ask(started, key)
      return answer.status === 200 && answer
    })
    assert.equal(started.provider.launches.length, 2)
    assert.notEqual(next.json.providerSessionGuid, orphan?.id)
    assert.equal((await listed(started)).length, 1)
  })
}

test('a launch that is called off before it has arrived is refused when it comes, and its key is good for another', async (t) => {
  const started = await startRemote(t, { kind: 'tonegate' })
  started.provider.behaviour.launch = () => {
    delete started.provider.behaviour.launch
    return 'closes'
  }
  assert.equal((await ask(started, 'k')).status, 503)
  await started.clock.leap(5 * minutes)
  await eventually(async () => {
    await started.clock.advance(1000)
    return calledOff(started) === 1
  })
  const again = await eventually(async () => {
    const answer = await ask(started, 'k')
    return answer.status === 200 && answer
  })
  assert.deepEqual(
    started.provider.launches.map(({ id }) => id),
    [again.json.providerSessionGuid],
  )
})

test('an orphan in which a card was charged meanwhile is taken up, and its key leads to it', async (t) => {
  const started = await startRemote(t, { kind: 'tonegate' })
  loseAnswer(started)
  assert.equal((await ask(started, 'k')).status, 503)
  const [orphan] = started.provider.launches
  const paid = { end: 'success', paymentOutcome: 'approved', orderAmountMinor: '1240', orderCurrency: 'GBP' }
  Object.assign(started.provider.sessions.get(orphan?.id ?? '') ?? {}, { State: 'Ended', Result: paid })
  await started.clock.leap(5 * minutes)
  const [session] = await eventually(async () => {
    await started.clock.advance(5000)
    const sessions = await listed(started)
    return sessions[0]?.sessionState === 'Finished' && sessions
  })
  const status = await started.get(session?.sessionGuid ?? '')
  assert.equal(status.paymentResultData.paymentOutcome, 'approved')
  assert.equal(status.providerSessionGuid, orphan?.id)
  assert.ok(started.logged('error').some((text) => text.includes('became a session')))
  const again = await ask(started, 'k')
  assert.deepEqual([again.status, again.json.sessionGuid], [200, session?.sessionGuid])
  assert.equal(started.provider.launches.length, 1)
})

test('a launch that never reached its provider leaves nothing to be called off', async (t) => {
  const started = await startRemote(t, { kind: 'tonegate' })
  const { baseUrl: _, ...provider } = started.provider
  started.provider.stop()
  assert.equal((await ask(started, 'k')).status, 503)
  const rows = started.store.prepare((db, _: object) => db.selectFrom('launch_under_way').selectAll())
  assert.deepEqual(await rows.all(started.store.reader, {}), [])
  assert.ok(provider)
})

test('at PCI Pal a launch that was not answered is launched anew, and an operator is told', async (t) => {
  const started = await startRemote(t)
  loseAnswer(started)
  assert.equal((await ask(started, 'k')).status, 503)
  const again = await ask(started, 'k')
  assert.equal(again.status, 200)
  const [orphan, opened] = started.provider.launches
  assert.equal(opened?.id, again.json.providerSessionGuid)
  assert.notEqual(orphan?.initialValues.sessionGuid, again.json.sessionGuid)
  await started.clock.leap(6 * minutes)
  await eventually(async () => started.logged('error').some((text) => text.includes('cannot be asked')))
  const nothing = { ...success(orphan?.initialValues.sessionGuid ?? ''), transactionResult: 'CANCELLED' }
  assert.equal((await started.callBack(nothing)).status, 200)
  assert.equal((await listed(started)).length, 1, 'nothing was charged in the first')
  assert.equal((await started.get(again.json.sessionGuid)).sessionState, 'Created')
})

test('what PCI Pal says was charged in a launch that was not answered becomes a session of the account', async (t) => {
  const started = await startRemote(t)
  loseAnswer(started)
  assert.equal((await ask(started, 'k')).status, 503)
  const sessionGuid = started.provider.launches[0]?.initialValues.sessionGuid ?? ''
  assert.equal((await started.callBack(success(sessionGuid, { orderAmount: '1' }))).status, 200)
  assert.equal((await started.callBack(success(sessionGuid))).status, 200)
  const status = await started.get(sessionGuid)
  assert.deepEqual([status.sessionState, status.paymentResultData.paymentOutcome], ['Error', 'approved'])
  const again = await ask(started, 'k')
  assert.deepEqual([again.status, again.json.sessionGuid], [409, sessionGuid])
  assert.equal(started.provider.launches.length, 1)
})

test('a launch that was not answered is taken up by its own account’s and configuration’s address alone', async (t) => {
  const started = await startRemote(t)
  const { accountId, provider, store, clock, configure, callBack, callbackUrl } = started
  loseAnswer(started)
  assert.equal((await ask(started, 'k')).status, 503)
  const sessionGuid = provider.launches[0]?.initialValues.sessionGuid ?? ''
  const read = readConfiguration(writtenConfiguration(provider), brandNames, 'sandbox')
  assert.ok('configuration' in read)
  await createConfigurations({ store, clock }).put(accountId + 1, read.configuration)
  await configure({ ...writtenConfiguration(provider), id: configurationId + 1 })
  await configure(writtenConfiguration(provider, { callback: { amounts: 'minor', generation: 2 } }))
  await clock.advance(1000)
  for (const url of [
    callbackUrl(1, accountId + 1),
    callbackUrl(1, accountId, configurationId + 1),
    callbackUrl(2),
  ]) {
    assert.equal((await callBack(success(sessionGuid), { url })).status, 404)
    assert.deepEqual(await listed(started), [])
  }
  const unknown = started.logged('error').filter((text) => text.includes('an unknown session'))
  assert.equal(unknown.length, 3, 'each of them is an address')
  assert.equal((await callBack(success(sessionGuid))).status, 200)
  assert.equal((await started.get(sessionGuid)).paymentResultData.paymentOutcome, 'approved')
})

test('what is not signed takes no launch up that was not answered', async (t) => {
  const secret = `whsec_${Buffer.alloc(32, 3).toString('base64')}`
  const started = await startRemote(t, {
    changes: { callback: { amounts: 'minor', secret: 'callback-key' } },
  })
  await started.secrets.put(started.accountId, 'callback-key', secret)
  loseAnswer(started)
  assert.equal((await ask(started, 'k')).status, 503)
  const said = success(started.provider.launches[0]?.initialValues.sessionGuid ?? '')
  assert.equal((await started.callBack(said)).status, 404)
  assert.deepEqual(await listed(started), [])
  assert.equal((await started.callBack(said, { secret })).status, 200)
  assert.equal((await listed(started)).length, 1)
})
