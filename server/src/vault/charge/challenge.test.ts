import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../../base/clock.ts'
import { systemRandom } from '../../base/random.ts'
import { createSandboxGateway, type SandboxGateway } from '../gateways/sandbox-gateway.ts'
import type { Gateway, GatewayAnswer } from '../model/gateway.ts'
import { approval, press, settle, startVault, testGateway, visa, wholeCard } from '../test-vault.ts'

const card = { pan: visa, expiry: '1230', securityCode: '123' }
const challenge = { url: 'https://bank.example/acs', fields: { creq: 'question' } }
const refused: GatewayAnswer = { status: 'declined', reason: 'authentication-failed' }

/** A gateway whose cards' banks ask their customers. */
function askingGateway({
  completes = async (): Promise<GatewayAnswer> => approval,
  ...options
}: { readonly completes?: () => Promise<GatewayAnswer> } & Pick<
  NonNullable<Parameters<typeof testGateway>[0]>,
  'known'
> = {}) {
  const completions: unknown[] = []
  const gateway = testGateway({ ...options, answers: async () => ({ status: 'challenge', challenge }) })
  const asking: Gateway & Pick<typeof gateway, 'asked' | 'reconciled'> & { readonly completions: unknown[] } =
    {
      ...gateway,
      completions,
      completeChallenge({ answer }) {
        completions.push(answer)
        return completes()
      },
    }
  return asking
}

test('the customer’s bank is asked in the middle of a payment, and its answer goes to the gateway', async (t) => {
  const gateway = askingGateway()
  const { launch, find, results } = await startVault(t, { gateway })
  const { guid, paymentFormUrl } = await launch()
  const session = find(guid)
  const paying = session.submitCard(card)
  await settle()
  assert.equal(gateway.asked[0]?.request.challengeReturnUrl, `${paymentFormUrl}/challenge`)
  assert.deepEqual(session.challenge(), challenge)
  assert.deepEqual([session.view().state, session.view().challenged], ['processing', true])
  assert.deepEqual(gateway.completions, [])
  session.challengeAnswered({ cres: 'answer' })
  await paying
  assert.deepEqual(gateway.completions, [{ cres: 'answer' }])
  assert.equal(session.view().challenged, false)
  assert.equal(results[0]?.outcome, 'approved')
})

test('a second answer of the bank is not passed on', async (t) => {
  const gateway = askingGateway()
  const { open } = await startVault(t, { gateway })
  const session = await open()
  const paying = session.submitCard(card)
  await settle()
  session.challengeAnswered({ cres: 'first' })
  session.challengeAnswered({ cres: 'second' })
  await paying
  assert.deepEqual(gateway.completions, [{ cres: 'first' }])
})

test('the answer of another payment is nobody’s: the customer is waited for, and their own counts', async (t) => {
  const gateway = askingGateway()
  const { open, results } = await startVault(t, {
    gateway: {
      ...gateway,
      authorise: async () => ({
        status: 'challenge',
        challenge: { ...challenge, fields: { creq: 'question', MD: 'own', threeDSSessionData: 'x' } },
      }),
    },
  })
  const session = await open()
  const paying = session.submitCard(card)
  await settle()
  for (const answer of [
    { cres: 'yes', MD: 'another' },
    { cres: 'yes', MD: 'own', threeDSSessionData: 'y' },
    { cres: 'yes', MD: '' },
  ]) {
    session.challengeAnswered(answer)
    assert.equal(session.view().challenged, true)
  }
  session.challengeAnswered({ cres: 'yes', MD: 'own' })
  await paying
  assert.deepEqual(gateway.completions, [{ cres: 'yes', MD: 'own' }])
  assert.equal(results[0]?.outcome, 'approved')
})

test('a bank’s yes for one of two payments approves that one, whichever link it is posted to', async (t) => {
  const clock = createMovableClock()
  const later: { gateway?: SandboxGateway } = {}
  const sandbox = (): SandboxGateway => {
    assert.ok(later.gateway)
    return later.gateway
  }
  const { open, store, results } = await startVault(t, {
    gateway: {
      ...testGateway(),
      authorise: (request) => sandbox().authorise(request),
      completeChallenge: async (completion) => (await sandbox().completeChallenge?.(completion)) ?? refused,
      reconcile: (asked) => sandbox().reconcile(asked),
    },
  })
  later.gateway = createSandboxGateway({ store, clock, random: systemRandom, issuerUrl: 'https://bank.test' })
  const asking = { ...card, pan: '4000000000003220' }
  const [a, b] = [await open(), await open({}, { order: { amountMinor: 99_900, currency: 'GBP' } })]
  const paying = [a.submitCard(asking), b.submitCard(asking)]
  await clock.advance(200)
  await settle()
  const yes = { reference: a.challenge()?.fields.reference ?? '' }
  const question = sandbox().issuerQuestion(yes.reference)
  assert.ok(question)
  question.decision = 'confirmed'
  b.challengeAnswered(yes)
  await settle()
  assert.deepEqual([results, b.view().challenged], [[], true])
  a.challengeAnswered(yes)
  await paying[0]
  b.challengeAnswered({ reference: b.challenge()?.fields.reference ?? '' })
  await paying[1]
  assert.deepEqual(
    results.map(({ guid, outcome }) => [guid === a.guid, outcome]),
    [
      [true, 'approved'],
      [false, 'declined'],
    ],
  )
})

test('a customer who does not come back from the bank has not paid', async (t) => {
  const gateway = askingGateway({ completes: async () => refused })
  const { open, clock, results } = await startVault(t, { gateway })
  const session = await open({ challengeSeconds: 300 })
  const paying = session.submitCard(card)
  await clock.advance(301_000)
  await paying
  assert.deepEqual(gateway.completions, ['abandoned'])
  assert.deepEqual([results[0]?.end, results[0]?.outcome], ['success', 'declined'])
  assert.equal(results[0]?.charge?.declineReason, 'authentication-failed')
})

test('on a telephone nobody can be asked', async (t) => {
  const gateway = testGateway()
  const { open } = await startVault(t, { gateway })
  press(await open(), `${wholeCard}1`)
  await settle()
  assert.equal(gateway.asked[0]?.request.challengeReturnUrl, undefined)
})

test('a gateway that is silent after the bank’s answer leaves the outcome unknown, and is asked again', async (t) => {
  let known: GatewayAnswer | undefined
  const gateway = askingGateway({ completes: () => new Promise(() => {}), known: async () => known })
  const { open, clock, results } = await startVault(t, { gateway })
  const session = await open()
  const paying = session.submitCard(card)
  await settle()
  session.challengeAnswered({ cres: 'answer' })
  await clock.advance(31_000)
  await paying
  assert.equal(results[0]?.outcome, 'unknown')
  known = approval
  await clock.advance(120_000)
  assert.equal(results[1]?.outcome, 'approved')
})

test('a challenge that comes too late is given up at the gateway', async (t) => {
  const late = Promise.withResolvers<{ status: 'challenge'; challenge: typeof challenge }>()
  const completions: unknown[] = []
  const gateway: Gateway = {
    ...testGateway({ answers: () => late.promise }),
    async completeChallenge({ answer }) {
      completions.push(answer)
      return refused
    },
  }
  const { open, clock, results } = await startVault(t, { gateway })
  const paying = (await open()).submitCard(card)
  await clock.advance(31_000)
  await paying
  late.resolve({ status: 'challenge', challenge })
  await settle()
  assert.deepEqual(completions, ['abandoned'])
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    ['unknown', 'declined'],
  )
})

test('a process that ends in the middle of a challenge leaves it to the next one, which asks the gateway', async (t) => {
  const gateway = askingGateway({ known: async () => refused })
  const { open, vault, restart, results } = await startVault(t, { gateway })
  const session = await open()
  const paying = session.submitCard(card)
  await settle()
  await Promise.all([vault.close(), assert.rejects(paying, { code: 'provider-unavailable' })])
  assert.equal(results.length, 0)
  await restart()
  assert.deepEqual([results[0]?.guid, results[0]?.outcome], [session.guid, 'declined'])
  assert.deepEqual(gateway.completions, [])
})
