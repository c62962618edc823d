import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import {
  type AuthorisationRequest,
  type FollowUpAnswer,
  type Gateway,
  type GatewayAnswer,
  type GatewayChallenge,
  NotSent,
} from '../model/gateway.ts'
import { guardGateway } from './guard-gateway.ts'
import { askedBefore, testFollowUp, testRequest } from './test-request.ts'

const pan = '4539800000070008'
const key = testRequest().idempotencyKey
const { signal } = testRequest()
const nothing = async () => ({ status: 200, headers: {}, body: Buffer.alloc(0) })

const approval = {
  status: 'approved',
  gatewayReference: 'reference-1',
  authorisationCode: 'A1B2C3',
  amount: { amountMinor: 1240, currency: 'GBP' },
  captured: true,
} as const

/** A guarded gateway that answers what the test says. */
function guarded(answers: Partial<Gateway> = {}) {
  const refused = async (): Promise<FollowUpAnswer> => ({ status: 'refused', gatewayCode: 'no' })
  const gateway: Gateway = {
    authorise: async () => approval,
    reconcile: async () => undefined,
    capture: refused,
    void: refused,
    refund: refused,
    ...answers,
  }
  return guardGateway(() => gateway)({ send: nothing })
}

async function detailsOf(details: Readonly<Record<string, string>>, request = testRequest({ pan })) {
  const answer = await guarded({ authorise: async () => ({ ...approval, details }) }).authorise(request)
  return 'details' in answer ? answer.details : undefined
}

for (const [what, said, told] of [
  ['nothing of the card', 'Harbour Bank, 12.40 GBP of 2026-11-28', 'Harbour Bank, 12.40 GBP of 2026-11-28'],
  ['an IMEI', '353918051234561', '353918051234561'],
  ['the card', `card ${pan}`, 'card ************0008'],
  ['groups', '4539 8000 0007 0008', '**** **** **** 0008'],
  ['groups of any size', '453 9800 000:070 0-08', '*** **** ***:**0 0-08'],
  ['letters between', '4539a8000b0007c0008', '****a****b****c0008'],
  ['another card', 'card 5555341244441115', 'card ************1115'],
  ['expiry and code behind it', `${pan} 12/30 737`, '************0008 **/** ***'],
  ['expiry and code without a gap', `${pan}1230737`, '************0008*******'],
  ['the code before it', `737 ${pan}`, '*** ************0008'],
  ['a named code', 'CVV2: 999, ok', 'CVV2: ***, ok'],
  ['a named code in a URL', 'a=1&cvc%3D737', 'a=1&cvc%3D***'],
  ['a named code in JSON', '{"securityCode":"1234"}', '{"securityCode":"****"}'],
  ['what a bank says of a code', '1 Matches', '1 Matches'],
  ['a code that is another', '738', '738'],
] as const) {
  test(`of a detail with ${what} this is told: ${told}`, async () => {
    assert.deepEqual(await detailsOf({ said }), { said: told })
  })
}

test('the security code is left out, wherever it stands alone', async () => {
  assert.deepEqual(await detailsOf({ a: '737', b: ' 737\n', c: '７３７', d: 'ok' }), { d: 'ok' })
  const answer = await guarded({
    authorise: async () => ({ ...approval, authorisationCode: '737', gatewayCode: '737' }),
  }).authorise(testRequest({ pan }))
  assert.deepEqual(answer, { ...approval, authorisationCode: '***', gatewayCode: '***' })
})

test('a member that is called a security code is left out, and one about it is not', async () => {
  assert.deepEqual(
    await detailsOf({
      cvv: '999',
      cardCvc2: '1234',
      'card.security_code': '999',
      cvcResult: '1',
      cvcCheck: '100',
    }),
    { cvcResult: '1', cvcCheck: '100' },
  )
})

test('the names of members are masked too', async () => {
  assert.deepEqual(await detailsOf({ [`card-${pan}`]: 'a', 'c4539.8000.0007.0008': 'b' }), {
    'card-************0008': 'a',
    'c****.****.****.0008': 'b',
  })
})

test('a number that is spread over several members is masked in all of them', async () => {
  assert.deepEqual(await detailsOf({ a: '4539', b: '8000', c: '0007', d: '0008' }), {
    a: '****',
    b: '****',
    c: '****',
    d: '0008',
  })
})

test('what is told ends after 40 members and 256 characters, and is masked before', async () => {
  const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`d${index}`, 'x']))
  assert.equal(Object.keys((await detailsOf(many)) ?? {}).length, 40)
  const { said = '' } = (await detailsOf({ said: `${'x'.repeat(248)}${pan}` })) ?? {}
  assert.equal(said, `${'x'.repeat(248)}${'*'.repeat(8)}`)
})

test('an outcome, a sum and a reference stay what they are, though the security code be the same', async () => {
  const answer = {
    ...approval,
    amount: { amountMinor: 737, currency: 'GBP' },
    gatewayReference: '737',
    token: '737',
  }
  assert.deepEqual(await guarded({ authorise: async () => answer }).authorise(testRequest({ pan })), answer)
})

test('a reference or token that only looks like a card stays while the card is known, and one that is the card does not', async () => {
  const other = { ...approval, gatewayReference: '5555341244441115', token: '5555341244441115' }
  assert.deepEqual(await guarded({ authorise: async () => other }).authorise(testRequest({ pan })), other)
  const same = { ...approval, gatewayReference: pan, token: `t-${pan}` }
  assert.deepEqual(await guarded({ authorise: async () => same }).authorise(testRequest({ pan })), {
    ...approval,
    gatewayReference: '************0008',
    token: 't-************0008',
  })
})

test('where the card is not known, whatever could be one is masked: in what is found and in what follows', async () => {
  const said: GatewayAnswer = {
    ...approval,
    gatewayReference: pan,
    details: { a: '4539 8000 0007 0008', cvv: '737' },
  }
  const masked = { ...approval, gatewayReference: '************0008', details: { a: '**** **** **** 0008' } }
  const done: FollowUpAnswer = { status: 'done', gatewayReference: pan }
  const no: FollowUpAnswer = { status: 'refused', gatewayCode: `card ${pan}` }
  const gateway = guarded({
    reconcile: async () => said,
    capture: async () => done,
    void: async () => no,
    refund: async () => no,
  })
  assert.deepEqual(await gateway.reconcile(askedBefore(testRequest(), 0)), masked)
  assert.deepEqual(await gateway.capture(testFollowUp('x', { kind: 'capture' })), {
    status: 'done',
    gatewayReference: '************0008',
  })
  for (const kind of ['void', 'refund'] as const) {
    assert.deepEqual(await gateway[kind](testFollowUp('x', { kind })), {
      status: 'refused',
      gatewayCode: 'card ************0008',
    })
  }
})

test('a challenge goes to the bank as it is, but for the card of its payment', async () => {
  const challenge = {
    url: `https://bank.example.com/${pan}`,
    fields: { MD: '5555341244441115', pan: '4539 8000 0007 0008', size: '737' },
  }
  const answer = await guarded({ authorise: async () => ({ status: 'challenge', challenge }) }).authorise(
    testRequest({ pan }),
  )
  assert.deepEqual((answer as GatewayChallenge).challenge, {
    url: 'https://bank.example.com/************0008',
    fields: { MD: '5555341244441115', pan: '**** **** **** 0008', size: '737' },
  })
})

test('the code is known until the gateway has answered, by whatever way, and not any longer', async () => {
  const details = { said: '737' }
  const decided: GatewayAnswer = { ...approval, details }
  const found = askedBefore(testRequest(), 0)
  const completion = { idempotencyKey: key, answer: {}, signal }
  const challenge: GatewayChallenge = { status: 'challenge', challenge: { url: 'https://x/', fields: {} } }
  const asked = guarded({
    authorise: async () => challenge,
    completeChallenge: async () => decided,
    reconcile: async () => decided,
  })
  await asked.authorise(testRequest({ pan }))
  assert.deepEqual((await asked.completeChallenge?.(completion))?.details, {})
  assert.deepEqual(await asked.reconcile(found), decided)

  const lost = guarded({ authorise: () => Promise.reject(new Error('lost')), reconcile: async () => decided })
  await assert.rejects(lost.authorise(testRequest({ pan })), /lost/)
  assert.deepEqual({ ...(await lost.reconcile(found)) }, { ...decided, details: {} })
  assert.deepEqual(await lost.reconcile(found), decided)

  const unsent = guarded({
    authorise: () => Promise.reject(new NotSent('x')),
    reconcile: async () => decided,
  })
  await assert.rejects(unsent.authorise(testRequest({ pan })), NotSent)
  assert.deepEqual(await unsent.reconcile(found), decided)
})

test('the digits are read before anything is awaited, and what is kept shows none of them', async () => {
  let seen = ''
  const gateway = guarded({
    authorise: async ({ card }: AuthorisationRequest) => {
      seen = card.pan.unsafeText()
      return { ...approval, details: { said: pan } }
    },
  })
  const request = testRequest({ pan })
  const asked = gateway.authorise(request)
  request.card.pan.wipe()
  request.card.securityCode?.wipe()
  const answer = await asked
  assert.equal(seen, pan)
  assert.ok('details' in answer && answer.details?.said === '************0008')
  assert.doesNotMatch(inspect(gateway, { depth: 20, showHidden: true }), /4539|737/)
})

test('what comes back is overwritten before it is read, in texts and not in numbers', async () => {
  const body = Buffer.from(
    `{"a":"4539 8000 0007 0008 12/30 737","b":${pan},"c":"x\\"4539800000\\n070008","d":"1240"}`,
  )
  const create = guardGateway(({ send }: { send: typeof nothing }) => ({
    ...guarded(),
    async authorise() {
      await (send as () => ReturnType<typeof nothing>)()
      return approval
    },
  }))
  await create({ send: async () => ({ status: 200, headers: {}, body }) }).authorise(testRequest({ pan }))
  assert.equal(
    body.toString(),
    `{"a":"**** **** **** 0008 **/** ***","b":${pan},"c":"x\\"**********\\n**0008","d":"1240"}`,
  )
})

test('two payments at once are each masked by their own card', async () => {
  const waiting: (() => void)[] = []
  const gateway = guarded({
    authorise: async () => {
      await new Promise<void>((resolve) => waiting.push(resolve))
      return { ...approval, details: { said: '737', other: '999' } }
    },
  })
  const one = gateway.authorise(testRequest({ pan, idempotencyKey: 'one' }))
  const two = gateway.authorise(testRequest({ pan: '5555341244441115', idempotencyKey: 'two' }))
  for (const answer of waiting) answer()
  for (const each of await Promise.all([one, two])) {
    assert.deepEqual('details' in each && each.details, { other: '999' })
  }
})
