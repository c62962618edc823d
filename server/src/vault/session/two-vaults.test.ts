import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Guid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import type { Store } from '../../store/store.ts'
import { StoreUnavailable } from '../../store/store-unavailable.ts'
import type { Gateway, GatewayAnswer } from '../model/gateway.ts'
import type { Flow } from '../model/launch.ts'
import { prepareVaultRows } from '../model/vault-rows.ts'
import { startTwoVaults } from '../test-two-vaults.ts'
import {
  approval,
  findOpen,
  forgetNode,
  launchOf,
  press,
  settle,
  testGateway,
  visa,
  wholeCard,
} from '../test-vault.ts'

const rounds = 64
const done = { status: 'done' } as const
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

/** A session with its card typed at the first server, taken over by the other one. */
async function startTakenOver(t: TestContext, gateway: Gateway, flow: Partial<Flow> = {}) {
  const vaults = await startTwoVaults(t, { gateway })
  const { guid, refreshToken, here: former } = await vaults.session(flow)
  await vaults.takeOver()
  const owner = findOpen(vaults.other.vault, guid)
  return { ...vaults, guid, refreshToken, former, owner }
}

for (const act of ['cancels', 'charges'] as const) {
  test(`a session that one server charges, and another takes over and ${act}, ends one way, in every order`, async (t) => {
    const gateway = testGateway({ known: async () => approval })
    const { clock, session, takeOver, ending, attempts, results, row, other } = await startTwoVaults(t, {
      gateway,
    })
    const ends = { cancelled: 0, success: 0 }
    for (let round = 0; round < rounds; round += 1) {
      const { guid, here } = await session()
      press(here, wholeCard)
      await settle()
      // A take-over takes more turns than a charge does before it is written down.
      const [before, after] = [(round % 8) * 2, round >> 3]
      const reads = async (count: number) => {
        for (let read = 0; read < count; read += 1) await row(guid)
      }
      const paying = reads(before).then(() => here.pay())
      const taking = reads(after).then(async () => {
        await takeOver()
        const there = other.vault.find(guid)
        if (act === 'cancels') return there?.cancel()
        if (there?.view().state === 'capturing') press(there, '321#')
        return there?.pay()
      })
      const acts = Promise.all([paying.catch(unlessEnded), taking.catch(unlessEnded)])
      await settled(clock)
      await acts
      const { end, outcome } = (await ending(guid)) ?? {}
      const asked = gateway.asked.filter(({ request }) => request.idempotencyKey.startsWith(guid)).length
      assert.equal(asked, end === 'cancelled' ? 0 : 1, `round ${round}: ${end}`)
      assert.equal(outcome, end === 'cancelled' ? 'cancelled' : 'approved', `round ${round}`)
      assert.equal((await attempts(guid)).length, asked)
      assert.equal(here.view().state, 'ended', `round ${round}`)
      const last = results.filter((result) => result.guid === guid).at(-1)
      assert.equal(last?.outcome, outcome)
      ends[end === 'cancelled' ? 'cancelled' : 'success'] += 1
    }
    assert.ok(ends.success > 5 && (act === 'charges' || ends.cancelled > 5), JSON.stringify(ends))
  })
}

test('a former owner changes nothing: what is typed, paid and cancelled there is not so', async (t) => {
  const gateway = testGateway()
  const { clock, guid, former, owner, row } = await startTakenOver(t, gateway)
  press(owner, `${visa}#`)
  await settle()
  const before = await row(guid)
  press(former, wholeCard)
  await settle()
  assert.deepEqual(await row(guid), before)
  assert.equal(former.press('1'), 'ignored')
  await assert.rejects(former.pay(), { code: 'provider-unavailable' })
  await assert.rejects(former.cancel(), { code: 'provider-unavailable' })
  press(owner, '1230#123#')
  await owner.pay()
  await settled(clock)
  assert.equal(gateway.asked.length, 1)
})

test('a session that nobody was told of is called off by whoever takes it over, and nobody hears of it', async (t) => {
  const told = 'told' as Guid
  const { clock, session, takeOver, ending, results, other } = await startTwoVaults(t, {
    gateway: testGateway(),
    isWanted: async (sessionGuid) => sessionGuid === told,
  })
  const [wanted, unwanted] = [
    await session({}, { sessionGuid: told }),
    await session({}, { sessionGuid: 'untold' as Guid }),
  ]
  await takeOver()
  await settled(clock)
  assert.equal((await ending(unwanted.guid))?.end, 'cancelled')
  assert.ok(other.vault.find(wanted.guid))
  assert.deepEqual(results, [])
})

test('whoever is charged elsewhere waits for how that ends, and takes nothing meanwhile', async (t) => {
  const given = Promise.withResolvers<GatewayAnswer>()
  const gateway = testGateway({ answers: () => given.promise })
  const { clock, former, owner } = await startTakenOver(t, gateway)
  press(owner, wholeCard)
  const paying = owner.pay()
  await settle()
  const cancelling = former.cancel()
  await settle()
  assert.deepEqual([former.view().state, former.view().result], ['processing', null])
  await assert.rejects(former.cancel(), { code: 'not-possible-now' })
  given.resolve({ status: 'declined', reason: 'insufficient-funds' })
  await paying
  await settled(clock)
  await cancelling
  const { result } = former.view()
  assert.deepEqual([result?.outcome, result?.declineReason], ['declined', 'insufficient-funds'])
})

test('a server that times a session out which another charges learns how it ended', async (t) => {
  const given = Promise.withResolvers<GatewayAnswer>()
  const gateway = testGateway({ answers: () => given.promise })
  const { clock, guid, former, owner, ending } = await startTakenOver(t, gateway, { idleSeconds: 5 })
  await clock.advance(4_000)
  press(owner, wholeCard)
  const paying = owner.pay()
  await clock.advance(2_000)
  assert.equal(former.view().state, 'processing')
  given.resolve(approval)
  await paying
  await settled(clock)
  assert.deepEqual([former.view().result?.end, (await ending(guid))?.end], ['success', 'success'])
})

test('a server learns by the next key that another has ended the session', async (t) => {
  const { clock, guid, former, owner, one } = await startTakenOver(t, testGateway())
  await owner.cancel()
  press(former, '4111')
  await settled(clock)
  assert.equal(former.view().result?.end, 'cancelled')
  assert.equal(one.vault.find(guid), undefined)
  assert.equal(one.vault.findLastState(guid)?.state.result?.outcome, 'cancelled')
})

test('a refresh token is good once, at whichever server it is used', async (t) => {
  const { refreshToken, former, owner } = await startTakenOver(t, testGateway())
  const another = await owner.addRefreshToken()
  const successors = await Promise.all([former.renew(refreshToken), owner.renew(refreshToken)])
  assert.equal(successors.filter((each) => each !== undefined).length, 1)
  assert.ok(await former.renew(another), 'a token of the other server is good here')
  assert.equal(await owner.renew(another), undefined)
  await owner.cancel()
  await assert.rejects(former.addRefreshToken(), { code: 'not-possible-now' })
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
  const { one, guid, owner, row } = await startTakenOver(t, testGateway())
  await owner.cancel()
  const before = await row(guid)
  const rows = prepareVaultRows(one.store)
  const other = { guid, ended_at: 1, result: '{"end":"timeout"}', ending: '{"end":"timeout"}' }
  const kept = { guid, progress: '{"a":1}', sealed_fields: null, link_generation: 9, epoch: 1 }
  const course = '[{"at":1,"what":"view-opened"}]'
  const changes = await one.store.write(async (tx) => [
    await rows.endSession.run(tx, { ...other, sealed_fields: null }),
    await rows.endUncharged.run(tx, { ...other, course, epoch: 1 }),
    await rows.keepSession.run(tx, { ...kept, course }),
    await rows.keepSealedCard.run(tx, { guid, sealed_fields: new Uint8Array(1), course, epoch: 1 }),
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

test('a session that was taken over, of which the answer was lost, is taken in the next round', async (t) => {
  let isLost = false
  const wrap = (store: Store): Store => ({
    ...store,
    async write(operation) {
      const value = await store.write(operation)
      if (!isLost) return value
      isLost = false
      throw new StoreUnavailable('it cannot be reached', undefined, 'server')
    },
  })
  const { one, other, row } = await startTwoVaults(t, { gateway: testGateway(), wrap })
  const { guid, durable } = await other.vault.launch(launchOf({}, { initialValues: {} }))
  await durable
  await forgetNode(one.store, other.store.nodeId)
  isLost = true
  await assert.rejects(one.vault.resume(), StoreUnavailable)
  await settle()
  assert.equal((await row(guid))?.owner, null)
  assert.equal(one.vault.find(guid), undefined)
  await one.vault.resume()
  assert.ok(one.vault.find(guid))
})

test('what is written for a session after its row is not, once another server has called it off', async (t) => {
  let isWanted = true
  const { one, takeOver, row } = await startTwoVaults(t, {
    gateway: testGateway(),
    isWanted: async () => isWanted,
  })
  const launch = () =>
    one.vault.launch(launchOf({}, { initialValues: {}, sessionGuid: 'payment-session' as Guid }))
  const kept = await launch()
  await kept.durable
  const written: string[] = []
  const write = async () => void written.push('beside it')
  await kept.alongside(write)
  assert.equal(written.length, 1)
  const lost = await launch()
  await lost.durable
  isWanted = false
  await takeOver()
  await settle()
  assert.equal((await row(lost.guid))?.state, 'ended')
  await assert.rejects(lost.alongside(write), { code: 'provider-unavailable' })
  assert.equal(written.length, 1)
})
