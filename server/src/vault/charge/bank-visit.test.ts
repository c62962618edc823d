import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AskedBefore, ChallengeCompletion, Gateway, GatewayAnswer } from '../model/gateway.ts'
import { openVisit, sealVisit } from '../model/sealed-challenge.ts'
import { prepareVaultRows } from '../model/vault-rows.ts'
import { approval, settle, startVault, testGateway, testSealer, visa } from '../test-vault.ts'

const card = { pan: visa, expiry: '1230', securityCode: '123' }
const challenge = { url: 'https://bank.example/acs', fields: { MD: 'own' } }
const cameBack = { MD: 'own', PaRes: 'yes' }

/** A gateway that knows nothing of a payment but what it is told. */
function forgetfulGateway(completes: () => Promise<GatewayAnswer>) {
  const completions: ChallengeCompletion[] = []
  const reconciled: AskedBefore[] = []
  const gateway: Gateway = {
    ...testGateway({ answers: async () => ({ status: 'challenge', challenge }) }),
    completeChallenge(completion) {
      completions.push(completion)
      return completes()
    },
    async reconcile(asked) {
      reconciled.push(asked)
      return asked.cameBack && completions.length > 1 ? approval : undefined
    },
  }
  return { gateway, completions, reconciled }
}

test('what a customer came back with is told by the next process, with what was asked for', async (t) => {
  const never = new Promise<GatewayAnswer>(() => {})
  const answers = [never, Promise.resolve(approval)]
  const { gateway, completions, reconciled } = forgetfulGateway(() => answers.shift() ?? never)
  const { open, restart, results } = await startVault(t, { gateway })
  const session = await open({ purpose: 'authorise' })
  session.submitCard(card).catch(() => {})
  await settle()
  session.challengeAnswered(cameBack)
  await settle()
  assert.equal(completions.length, 1)
  await restart()
  await settle()
  assert.deepEqual(reconciled[0]?.cameBack, cameBack)
  for (const { answer, asked } of completions) {
    assert.deepEqual(answer, cameBack)
    assert.deepEqual(asked, { purpose: 'authorise', order: { amountMinor: 1240, currency: 'GBP' } })
  }
  assert.deepEqual([completions.length, results[0]?.outcome], [2, 'approved'])
})

test('before it is written down the gateway is not told', async (t) => {
  const { gateway, completions } = forgetfulGateway(async () => approval)
  const { open, failWrites, clock, results } = await startVault(t, { gateway })
  const session = await open()
  const paying = session.submitCard(card)
  await settle()
  failWrites(2)
  session.challengeAnswered(cameBack)
  await settle()
  assert.equal(completions.length, 0)
  await clock.advance(2_000)
  await paying
  assert.deepEqual([completions.length, results[0]?.outcome], [1, 'approved'])
})

test('what a customer comes back with after another server has given the payment up is told nobody', async (t) => {
  const { gateway, completions } = forgetfulGateway(async () => approval)
  const { open, store, clock } = await startVault(t, { gateway })
  const session = await open()
  const paying = session.submitCard(card)
  await settle()
  const { guid } = session
  const result = {
    guid,
    end: 'success',
    outcome: 'declined',
    declineReason: 'authentication-failed',
  } as const
  const rows = prepareVaultRows(store)
  await store.write(async (tx) => {
    const answer = JSON.stringify({ status: 'declined', reason: result.declineReason })
    await rows.answerAttempt.run(tx, { idempotency_key: `${guid}-1`, answered_at: clock.now(), answer })
    await rows.endSession.run(tx, {
      guid,
      ended_at: clock.now(),
      sealed_fields: null,
      result: JSON.stringify(result),
      ending: JSON.stringify({ end: 'success' }),
    })
  })
  session.challengeAnswered(cameBack)
  await settle()
  await paying
  assert.equal(completions.length, 0)
  assert.equal(session.view().result?.outcome, 'declined')
})

test('of a payment that stayed unknown the gateway is told again, by the next process too', async (t) => {
  const { gateway, reconciled } = forgetfulGateway(() => Promise.reject(new Error('lost')))
  const { open, restart, results, clock } = await startVault(t, { gateway })
  const session = await open()
  const paying = session.submitCard(card)
  await settle()
  session.challengeAnswered(cameBack)
  await paying
  assert.equal(results[0]?.outcome, 'unknown')
  await restart()
  await clock.advance(30_000)
  assert.ok(reconciled.length > 1)
  for (const asked of reconciled) assert.deepEqual(asked.cameBack, cameBack)
})

test('a visit that an older version has sealed is opened, and one of another attempt is not', () => {
  const key = 'attempt-1'
  const old = testSealer.seal(`challenge ${key}`, Buffer.from('{"fields":"a text","MD":"own"}'))
  assert.deepEqual(openVisit(testSealer, key, old), { fields: { fields: 'a text', MD: 'own' } })
  const visit = { fields: challenge.fields, cameBack }
  assert.deepEqual(openVisit(testSealer, key, sealVisit(testSealer, key, visit)), visit)
  assert.throws(() => openVisit(testSealer, 'attempt-2', sealVisit(testSealer, key, visit)))
})
