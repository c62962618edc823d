import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Problem } from '../../base/problem.ts'
import type { Store } from '../../store/store.ts'
import type { GatewayAnswer } from '../model/gateway.ts'
import { prepareVaultRows } from '../model/vault-rows.ts'
import { startTwoVaults } from '../test-two-vaults.ts'
import { approval, press, settle, testGateway, wholeCard } from '../test-vault.ts'

const rounds = 64
const done = { status: 'done' } as const
const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

/** Whoever comes after the other may be told so. */
function unlessEnded(error: unknown): void {
  if (!(error instanceof Problem) || error.code !== 'not-possible-now') throw error
}

/** All that vaults wait for by themselves comes to pass. */
async function settled(clock: { advance(milliseconds: number): Promise<void> }): Promise<void> {
  for (const time of [0, 250, 500, 1_000, 2_000, 4_000]) {
    await settle()
    await clock.advance(time)
  }
  await settle()
}

test('a session that one server cancels and another charges is one of them, in every order', async (t) => {
  const gateway = testGateway()
  const { clock, session, ending, attempts, results, row } = await startTwoVaults(t, { gateway })
  const ends = { cancelled: 0, success: 0 }
  for (let round = 0; round < rounds; round += 1) {
    const { guid, here, there } = await session()
    press(there, wholeCard)
    const [before, after] = [round % 8, round >> 3]
    await turns(before > after ? 6 : 0)
    const reads = async (count: number) => {
      for (let read = 0; read < count; read += 1) await row(guid)
    }
    const paying = reads(before).then(() => there.pay())
    const cancelling = reads(after).then(() => here.cancel())
    const acts = Promise.all([paying.catch(unlessEnded), cancelling.catch(unlessEnded)])
    await settled(clock)
    await acts
    const { end } = (await ending(guid)) ?? {}
    assert.ok(end === 'cancelled' || end === 'success', String(end))
    ends[end] += 1
    const asked = gateway.asked.filter(({ request }) => request.idempotencyKey.startsWith(guid)).length
    assert.equal(
      asked,
      end === 'success' ? 1 : 0,
      `round ${round}: ${end}, and the gateway was asked ${asked} times`,
    )
    assert.equal((await attempts(guid)).length, asked)
    for (const session of [here, there]) {
      assert.deepEqual([session.view().state, session.view().result?.end], ['ended', end], `round ${round}`)
    }
    const reported = results.filter((result) => result.guid === guid).map((result) => result.end)
    assert.deepEqual([...new Set(reported)], [end])
  }
  assert.ok(ends.cancelled > 5 && ends.success > 5, `both happened: ${JSON.stringify(ends)}`)
})

test('a session that two servers charge is charged once, and both say how it ended', async (t) => {
  const gateway = testGateway({
    answers: async ({ card }) => {
      await turns(3)
      void card
      return approval
    },
  })
  const { clock, session, attempts, results } = await startTwoVaults(t, { gateway })
  for (let round = 0; round < rounds; round += 1) {
    const { guid, here, there } = await session()
    press(here, wholeCard)
    press(there, '5555555555554444#1231#321#')
    await turns(round % 5)
    const pays = Promise.all([
      turns(round % 7).then(() => here.pay()),
      turns(round % 6).then(() => there.pay()),
    ])
    await settled(clock)
    await pays
    const asked = gateway.asked.filter(({ request }) => request.idempotencyKey.startsWith(guid))
    assert.equal(asked.length, 1, `round ${round}`)
    assert.equal((await attempts(guid)).length, 1)
    for (const session of [here, there]) assert.equal(session.view().result?.outcome, 'approved')
    const last4 = asked[0]?.pan.slice(-4)
    const reported = results.filter((result) => result.guid === guid)
    assert.ok(reported.length > 0 && reported.every(({ card }) => card?.last4 === last4), `round ${round}`)
  }
})

test('whoever is charged elsewhere waits for how that ends, and takes nothing meanwhile', async (t) => {
  const given = Promise.withResolvers<GatewayAnswer>()
  const { clock, session } = await startTwoVaults(t, {
    gateway: testGateway({ answers: () => given.promise }),
  })
  const { here, there } = await session()
  press(here, wholeCard)
  const paying = here.pay()
  await settle()
  const cancelling = there.cancel()
  await settle()
  assert.deepEqual([there.view().state, there.view().result], ['processing', null])
  await assert.rejects(there.cancel(), { code: 'not-possible-now' })
  given.resolve({ status: 'declined', reason: 'insufficient-funds' })
  await paying
  await settled(clock)
  await cancelling
  const { result } = there.view()
  assert.deepEqual([result?.outcome, result?.declineReason], ['declined', 'insufficient-funds'])
})

test('a server that times a session out which another charges learns how it ended', async (t) => {
  const given = Promise.withResolvers<GatewayAnswer>()
  const { clock, session, ending } = await startTwoVaults(t, {
    gateway: testGateway({ answers: () => given.promise }),
  })
  const { guid, here, there } = await session({ idleSeconds: 5 })
  await clock.advance(4_000)
  press(here, wholeCard)
  const paying = here.pay()
  await clock.advance(2_000)
  assert.equal(there.view().state, 'processing')
  given.resolve(approval)
  await paying
  await settled(clock)
  assert.deepEqual([there.view().result?.end, (await ending(guid))?.end], ['success', 'success'])
})

test('a server learns by the next key that another has ended the session', async (t) => {
  const { clock, session, other } = await startTwoVaults(t, { gateway: testGateway() })
  const { guid, here, there } = await session()
  await here.cancel()
  press(there, '4111')
  await settled(clock)
  assert.equal(there.view().result?.end, 'cancelled')
  assert.equal(other.vault.find(guid), undefined)
  assert.equal(other.vault.findLastState(guid)?.state.result?.outcome, 'cancelled')
})

test('a refresh token is good once, at whichever server it is used', async (t) => {
  const { session } = await startTwoVaults(t, { gateway: testGateway() })
  const { refreshToken, here, there } = await session()
  const another = await there.addRefreshToken()
  const successors = await Promise.all([here.renew(refreshToken), there.renew(refreshToken)])
  assert.equal(successors.filter((each) => each !== undefined).length, 1)
  assert.ok(await here.renew(another), 'a token of the other server is good here')
  assert.equal(await there.renew(another), undefined)
  await here.cancel()
  await assert.rejects(there.addRefreshToken(), { code: 'not-possible-now' })
})

for (const [voids, outcome, correction] of [
  [done, 'cancelled', 'voided'],
  [{ status: 'refused', gatewayCode: '57' }, 'approved', 'reconciled'],
] as const) {
  test(`an approval of a session that was cancelled behind its back is reversed, or told (${voids.status})`, async (t) => {
    const given = Promise.withResolvers<GatewayAnswer>()
    const gateway = {
      ...testGateway({ answers: () => given.promise }),
      void: async () => voids,
      refund: async () => voids,
    }
    const { clock, one, session, results, ending } = await startTwoVaults(t, { gateway })
    const { guid, here } = await session({ lateApproval: 'record' })
    press(here, wholeCard)
    const paying = here.pay()
    await settle()
    const cancelled = { end: 'cancelled', outcome: 'cancelled' }
    const order = { amountMinor: 1240, currency: 'GBP' }
    await one.store.write((tx) =>
      prepareVaultRows(one.store).endSession.run(tx, {
        guid,
        ended_at: clock.now(),
        sealed_fields: null,
        result: JSON.stringify({ guid, ...cancelled }),
        ending: JSON.stringify({ ...cancelled, order, merchantName: 'Harbour Street Books', language: 'en' }),
      }),
    )
    given.resolve(approval)
    await settled(clock)
    await paying
    assert.equal(here.view().result?.outcome, outcome)
    assert.deepEqual([(await ending(guid))?.end, (await ending(guid))?.outcome], ['cancelled', outcome])
    const last = results.at(-1)
    assert.deepEqual([last?.end, last?.outcome, last?.correction], ['cancelled', outcome, correction])
  })
}

test('a session that has ended does not end again', async (t) => {
  const { one, session, row } = await startTwoVaults(t, { gateway: testGateway() })
  const { guid, here } = await session()
  await here.cancel()
  const before = await row(guid)
  const rows = prepareVaultRows(one.store)
  const other = { guid, ended_at: 1, result: '{"end":"timeout"}', ending: '{"end":"timeout"}' }
  const kept = { guid, progress: '{"a":1}', sealed_fields: null, link_generation: 9 }
  const course = '[{"at":1,"what":"view-opened"}]'
  const changes = await one.store.write(async (tx) => [
    await rows.endSession.run(tx, { ...other, sealed_fields: null }),
    await rows.endUncharged.run(tx, { ...other, course }),
    await rows.keepSession.run(tx, { ...kept, course }),
    await rows.keepSealedCard.run(tx, { guid, sealed_fields: new Uint8Array(1), course }),
    await rows.keepRefreshTokens.run(tx, { guid, before: '', after: 'token' }),
  ])
  assert.deepEqual(changes, [0, 0, 0, 0, 0])
  assert.deepEqual(await row(guid), before)
})

/** A store that writes, and then says of one write that it has failed. */
function doubtfulStore() {
  let failing = false
  return {
    failOnce() {
      failing = true
    },
    wrap: (store: Store): Store => ({
      ...store,
      async write(operation) {
        const isFailing = failing
        failing = false
        const value = await store.write(operation)
        if (isFailing) throw new Error('The disk has not said whether it has written.')
        return value
      },
    }),
  }
}

test('a try that was not written for certain is no other server’s: the card is charged at the next', async (t) => {
  const doubtful = doubtfulStore()
  const gateway = testGateway()
  const { session, attempts } = await startTwoVaults(t, { gateway, wrap: doubtful.wrap })
  const { guid, here } = await session()
  press(here, wholeCard)
  await settle()
  doubtful.failOnce()
  await assert.rejects(here.pay(), /The disk/)
  assert.equal((await attempts(guid)).length, 1)
  await here.pay()
  assert.equal(gateway.asked.length, 1)
  assert.equal(here.view().result?.outcome, 'approved')
})

test('a try that was not written for certain goes with the session that is cancelled then', async (t) => {
  const doubtful = doubtfulStore()
  const gateway = testGateway()
  const { session, attempts, ending } = await startTwoVaults(t, { gateway, wrap: doubtful.wrap })
  const { guid, here } = await session()
  press(here, wholeCard)
  await settle()
  doubtful.failOnce()
  await assert.rejects(here.pay(), /The disk/)
  await here.cancel()
  assert.deepEqual([(await ending(guid))?.end, (await attempts(guid)).length], ['cancelled', 0])
  assert.equal(gateway.asked.length, 0)
})

test('an end that was not written for certain is the session’s end all the same', async (t) => {
  const doubtful = doubtfulStore()
  const { clock, session, results } = await startTwoVaults(t, { gateway: testGateway(), wrap: doubtful.wrap })
  const { here } = await session()
  await settle()
  doubtful.failOnce()
  const cancelling = here.cancel()
  await settle()
  await clock.advance(1_000)
  await cancelling
  assert.deepEqual(here.view().result, { end: 'cancelled', outcome: 'cancelled' })
  assert.deepEqual(
    results.map(({ end }) => end),
    ['cancelled'],
  )
})
