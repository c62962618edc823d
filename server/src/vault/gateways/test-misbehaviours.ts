import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { inspect } from 'node:util'
import { testCertificate } from '../../../test/harness/test-certificate.ts'
import type { Guid } from '../../base/guid.ts'
import { type Gateway, NotSent } from '../model/gateway.ts'
import { press, startVault } from '../test-vault.ts'
import type { Misbehaviour } from './test-double.ts'
import { movedByStore } from './test-ledger.ts'
import { testRequest, testSender } from './test-request.ts'
import type { StartSubject, Subject } from './test-subject.ts'

const card = '4111111111111111#1230#123#'
const pan = '4242424242424242'

const repeatedCard = '5555341244441115#1230#737#'

/** How a gateway may repeat that card. */
const repeated: readonly (readonly [string, unknown])[] = [
  ['as it is', '5555341244441115'],
  ['in groups', '5555 3412 4444 1115'],
  ['with dashes', 'card 5555-3412-4444-1115 was charged'],
  ['with other separators', '5555/3412_4444,1115'],
  ['with words between', '5555 and 3412 and 4444 and 1115'],
  ['in lines', '5555\n3412\n4444\n1115'],
  ['in other digits', '５５５５３４１２４４４４１１１５'],
  ['with what is not seen', '5555\u200b3412\u00a04444\u00ad1115'],
  ['with all that comes with it', '5555341244441115/12/30/737'],
  ['without a gap', '55553412444411151230737'],
  ['as a track', ';5555341244441115=30121010000073700000?'],
  ['in JSON', '{"number":"5555 3412 4444 1115","cvv":"737"}'],
  ['in escapes', '\\u0035555\\u00203412%204444&#32;1115'],
  ['as a number', 5_555_341_244_441_115],
  ['behind a long text', `${'x'.repeat(245)}5555341244441115`],
  ['its code alone', ' 737 '],
  ['its code by its name', 'cvv=737'],
]

/** Of sessions, payments and charges: they may have any digits. */
const names = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?:pi|ch)_\w+/g

const marks: readonly (readonly [string, (json: string) => string])[] = [
  ['with a byte order mark before it', (json) => `\ufeff${json}`],
  ['with a byte order mark and lines before it', (json) => `\ufeff\r\n ${json}\n`],
]

const otherCharsets: readonly (readonly [string, (json: string) => string | Buffer])[] = [
  ['with two byte order marks', (json) => `\ufeff\ufeff${json}`],
  ['in UTF-16', (json) => Buffer.from(`\ufeff${json}`, 'utf16le')],
  ['that is not UTF-8', (json) => Buffer.from(json.replace('{', '{"bank":"Br\u00fccke",'), 'latin1')],
]

/** A card number is in no error, nor a part of one that would tell it. */
function assertNoDigits(error: unknown): boolean {
  assert.doesNotMatch(inspect(error, { depth: 20, showHidden: true }), /42424242|737"|"737/)
  return true
}

/**
 * Tests how an adapter takes what a gateway may do wrong; alone, and in the vault.
 *
 * @param bank `asks-nothing`: the adapter has no 3-D Secure.
 */
export function testMisbehaviours(
  name: string,
  start: StartSubject,
  bank: 'asks' | 'asks-nothing' = 'asks',
): void {
  const testOfBank = bank === 'asks' ? test : () => {}
  const unclear = (manner: Misbehaviour, subject: Subject): Misbehaviour =>
    manner === 'never' ? () => subject.errorInside : manner

  for (const manner of ['never', 'html', 'broken-json', 'closes', 'half'] as const) {
    const what = manner === 'never' ? '200 and an error inside' : manner
    test(`${name}: an answer that is wrong (${what}) leaves the outcome open`, async (t) => {
      const subject = await start(t, {})
      subject.double.misbehave(unclear(manner, subject))
      await assert.rejects(subject.gateway({}).authorise(testRequest({ pan })), (error: Error) => {
        assert.ok(!(error instanceof NotSent), 'it has been sent')
        return assertNoDigits(error)
      })
      assert.equal(subject.double.ledger.counted.captured, 1)
    })
  }

  for (const status of [301, 302, 408, 409, 424, 500, 502, 503, 504]) {
    test(`${name}: a status of ${status} leaves the outcome open`, async (t) => {
      const { double, gateway, ownError } = await start(t, {})
      double.misbehave(({ body }) => ({ status, headers: { location: double.url }, body }))
      await assert.rejects(gateway({}).authorise(testRequest()), { name: 'UnclearAnswer' })
      double.misbehave(() => ownError(status))
      await assert.rejects(gateway({}).authorise(testRequest()), { name: 'UnclearAnswer' })
      assert.equal(double.asked.length, 2, 'nothing is followed')
    })
  }

  for (const status of [400, 401, 403, 429]) {
    test(`${name}: a status of ${status} in the gateway’s own words is a failure for certain`, async (t) => {
      const { double, gateway, ownError } = await start(t, {})
      double.misbehave(() => ownError(status), { carriesOut: false })
      assert.equal((await gateway({}).authorise(testRequest())).status, 'error')
      assert.deepEqual(double.ledger.moved(), {})
    })
  }

  for (const status of [400, 403, 429]) {
    test(`${name}: a status of ${status} that is not the gateway’s own word leaves the outcome open`, async (t) => {
      const { double, gateway } = await start(t, {})
      double.misbehave(() => ({ status, headers: { 'content-type': 'text/html' }, body: '<h1>Blocked</h1>' }))
      await assert.rejects(gateway({}).authorise(testRequest()), { name: 'UnclearAnswer' })
    })
  }

  test(`${name}: an answer that comes twice counts once, and is no answer to the next request`, async (t) => {
    const { double, gateway } = await start(t, {})
    const { authorise } = gateway({})
    double.misbehave('twice')
    const first = await authorise(testRequest())
    const second = await authorise(testRequest({ idempotencyKey: 'another' }))
    assert.ok('gatewayReference' in first && 'gatewayReference' in second)
    assert.notEqual(second.gatewayReference, first.gatewayReference)
    assert.equal(double.ledger.counted.captured, 2)
  })

  test(`${name}: an answer that is given up is open, and heard while it is not`, async (t) => {
    const { double, gateway } = await start(t, {})
    const { authorise } = gateway({})
    const waiting = new AbortController()
    double.misbehave('never')
    const asked = authorise(testRequest({ signal: waiting.signal }))
    await waitFor(() => double.asked.length === 1)
    waiting.abort()
    await assert.rejects(asked, (error: Error) => !(error instanceof NotSent) && assertNoDigits(error))
    double.misbehave('late')
    const late = authorise(testRequest({ idempotencyKey: 'another' }))
    await waitFor(() => double.asked.length === 2)
    double.answerLate()
    assert.equal((await late).status, 'approved')
  })

  test(`${name}: a certificate that has expired is no way to send a card`, async (t) => {
    const year = 365 * 24 * 3_600_000
    const [expired, valid] = [
      { from: Date.now() - 2 * year, until: Date.now() - year },
      { from: Date.now() - year, until: Date.now() + year },
    ].map(testCertificate)
    assert.ok(expired && valid)
    const bad = await start(t, { tls: expired })
    await assert.rejects(
      bad.gateway({ ca: expired.cert }).authorise(testRequest({ pan })),
      (error: Error) => {
        assert.ok(error instanceof NotSent)
        assert.equal(error.message, 'bad-certificate')
        return assertNoDigits(error)
      },
    )
    assert.equal(bad.double.asked.length, 0)
    const good = await start(t, { tls: valid })
    assert.equal((await good.gateway({ ca: valid.cert }).authorise(testRequest())).status, 'approved')
  })

  test(`${name}: a gateway that cannot be reached was not sent anything`, async (t) => {
    const { gateway } = await start(t, {})
    const nowhere = gateway({ baseUrl: 'http://127.0.0.1:9' })
    await assert.rejects(nowhere.authorise(testRequest()), NotSent)
  })

  for (const [manner, carriesOut] of [
    ['html', true],
    ['broken-json', true],
    ['closes', true],
    ['half', true],
    ['error inside', true],
    ['closes', false],
    ['html', false],
  ] as const) {
    const done = carriesOut ? 'was carried out' : 'was not carried out'
    test(`${name}: in the vault, ${manner} for a payment that ${done}: store and ledger agree`, async (t) => {
      const { vault, subject, pay } = await inVault(t)
      subject.double.misbehave(manner === 'error inside' ? () => subject.errorInside : manner, {
        carriesOut,
        of: subject.paying,
      })
      await pay()
      if (carriesOut) assert.equal(vault.results[0]?.outcome, 'approved')
      else {
        assert.equal(vault.results[0]?.outcome, 'unknown')
        await vault.clock.leap(60_000)
        await waitFor(() => subject.double.asked.length > 2)
        if (subject.neverArrived === 'failed') {
          await leapUntil(vault.clock, () => vault.results.length > 1)
          assert.equal(vault.results[1]?.outcome, 'failed')
        }
      }
      await agree()

      async function agree() {
        const unknown =
          carriesOut || subject.neverArrived === 'failed' ? {} : { [`${vault.begun[0]}-1`]: 'unknown' }
        assert.deepEqual(await movedByStore(vault.store), { ...subject.double.ledger.moved(), ...unknown })
      }
    })
  }

  for (const lateApproval of ['record', 'void'] as const) {
    for (const purpose of ['charge', 'authorise'] as const) {
      test(`${name}: an answer to ${purpose} that comes too late: ${lateApproval}, and store and ledger agree`, async (t) => {
        const { vault, subject } = await inVault(t)
        subject.double.misbehave('late', { of: subject.paying })
        const capture = await vault.open({ lateApproval, purpose, gatewayTimeoutSeconds: 10 })
        press(capture, card)
        const paid = capture.pay()
        await waitFor(() => subject.double.asked.length === 1)
        await vault.clock.advance(10_000)
        await paid
        assert.equal(vault.results[0]?.outcome, 'unknown')
        subject.double.answerLate()
        await waitFor(() => vault.results.length === 2)
        const [, second] = vault.results
        assert.deepEqual(
          [second?.outcome, second?.correction],
          lateApproval === 'record' ? ['approved', 'reconciled'] : ['cancelled', 'voided'],
        )
        const moved = subject.double.ledger.moved()
        assert.equal(Object.keys(moved).length, lateApproval === 'record' ? 1 : 0)
        assert.deepEqual(await movedByStore(vault.store), moved)
      })
    }
  }

  for (const purpose of ['charge', 'authorise'] as const) {
    for (const manner of ['closes', 'html', 'never'] as const) {
      test(`${name}: reversals ${purpose} whose answer is lost (${manner}) is asked for again and done once`, async (t) => {
        const { vault, subject } = await inVault(t)
        const { double } = subject
        double.misbehave('late', { of: subject.paying })
        double.misbehave(manner, { of: subject.reversals })
        const capture = await vault.open({ lateApproval: 'void', purpose, gatewayTimeoutSeconds: 10 })
        press(capture, card)
        const paid = capture.pay()
        await waitFor(() => double.asked.length === 1)
        await vault.clock.advance(10_000)
        await paid
        double.answerLate()
        await leapUntil(vault.clock, () => vault.results.length === 2)
        assert.equal(vault.results[1]?.outcome, 'cancelled')
        const { voided, refunded } = double.ledger.counted
        assert.equal(voided + refunded, 1)
        assert.deepEqual(double.ledger.moved(), {})
        assert.deepEqual(await movedByStore(vault.store), {})
      })
    }
  }

  for (const [what, decision, outcome] of [
    ['confirms', 'confirms', 'approved'],
    ['refuses', 'refuses', 'declined'],
    ['does not come back', undefined, 'declined'],
  ] as const) {
    testOfBank(
      `${name}: a customer who ${what} at the bank: ${outcome}, and store and ledger agree`,
      async (t) => {
        const { vault, subject, atBank } = await inVault(t)
        const { capture, paying } = await atBank()
        assert.deepEqual(subject.double.ledger.moved(), {})
        if (decision) capture.challengeAnswered(subject.backFromBank(decision))
        else await vault.clock.advance(700_000)
        await paying
        assert.equal(vault.results[0]?.outcome, outcome)
        const moved = subject.double.ledger.moved()
        assert.equal(Object.keys(moved).length, outcome === 'approved' ? 1 : 0)
        assert.deepEqual(await movedByStore(vault.store), moved)
      },
    )
  }

  testOfBank(
    `${name}: what is lost after the customer has been to the bank is found, and store and ledger agree`,
    async (t) => {
      const { vault, subject, atBank } = await inVault(t)
      subject.double.misbehave('closes', { of: subject.completing })
      const { capture, paying } = await atBank()
      capture.challengeAnswered(subject.backFromBank('confirms'))
      await paying
      assert.equal(vault.results[0]?.outcome, 'approved')
      assert.deepEqual(await movedByStore(vault.store), subject.double.ledger.moved())
    },
  )

  testOfBank(
    `${name}: a process that ends while its customer is at the bank has moved no money`,
    async (t) => {
      const { vault, subject, atBank } = await inVault(t)
      const { paying } = await atBank()
      await Promise.all([vault.vault.close(), assert.rejects(paying)])
      const restarted = vault.restart()
      await leapUntil(vault.clock, () => vault.results.length === 1)
      await restarted
      assert.equal(vault.results[0]?.outcome, subject.leftAtBank)
      assert.deepEqual(subject.double.ledger.moved(), {})
    },
  )

  test(`${name}: an answer that never comes is found, and store and ledger agree`, async (t) => {
    const { vault, subject } = await inVault(t)
    subject.double.misbehave('never', { of: subject.paying })
    const capture = await vault.open({ gatewayTimeoutSeconds: 10 })
    press(capture, card)
    const paid = capture.pay()
    await waitFor(() => subject.double.asked.length === 1)
    await vault.clock.advance(10_000)
    await paid
    assert.equal(vault.results[0]?.outcome, 'unknown')
    await leapUntil(vault.clock, () => vault.results.length === 2)
    assert.equal(vault.results[1]?.outcome, 'approved')
    assert.deepEqual(await movedByStore(vault.store), subject.double.ledger.moved())
  })

  test(`${name}: what the gateway tells has it asked at once, and store and ledger agree`, async (t) => {
    const { vault, subject, tell } = await inVault(t)
    subject.double.misbehave('never', { of: subject.paying })
    const capture = await vault.open({ gatewayTimeoutSeconds: 10 })
    press(capture, card)
    const paid = capture.pay()
    await waitFor(() => subject.double.asked.length === 1)
    await tell(capture.guid)
    assert.equal(subject.double.asked.length, 1, 'while its answer is waited for it is not asked')
    await vault.clock.advance(10_000)
    await paid
    assert.equal(vault.results[0]?.outcome, 'unknown')
    await waitFor(() => subject.double.asked.length > 1)
    await tell(capture.guid)
    await leapUntil(vault.clock, () => vault.results.length === 2)
    await tell(capture.guid)
    assert.equal(vault.results[1]?.outcome, 'approved')
    assert.equal(subject.double.ledger.counted.captured, 1)
    assert.deepEqual(await movedByStore(vault.store), subject.double.ledger.moved())
  })

  for (const manner of ['as it should', 'closes'] as const) {
    test(`${name}: a kept card is charged once (answered: ${manner}), and store and ledger agree`, async (t) => {
      const { vault, subject, gateway } = await inVault(t)
      if (!gateway().authoriseKept) return t.skip('it charges no kept cards')
      const kept = await vault.open({ purpose: 'tokenise' })
      press(kept, card)
      await kept.pay()
      const token = vault.results[0]?.charge?.token ?? assert.fail('no card was kept')
      const launched = await vault.launch(
        { keptCards: 'customer' },
        { keptCard: { token, initiator: 'customer' } },
      )
      if (manner === 'closes') subject.double.misbehave(manner)
      await vault.vault.named.opened(launched.guid)
      await waitFor(() => vault.vault.find(launched.guid) === undefined)
      await leapUntil(vault.clock, () => vault.results.at(-1)?.outcome === 'approved')
      assert.equal(subject.double.ledger.counted.captured, 1)
      assert.deepEqual(await movedByStore(vault.store), subject.double.ledger.moved())
      for (const line of vault.lines) assert.ok(!line.includes(token))
    })
  }

  test(`${name}: an answer that names another amount is not believed, and the right one is found`, async (t) => {
    const { vault, subject, pay } = await inVault(t)
    subject.double.misbehave((answer) => subject.otherAmount(answer), { of: subject.paying })
    await pay()
    assert.equal(vault.results[0]?.outcome, 'unknown')
    await leapUntil(vault.clock, () => vault.results.length === 2)
    assert.equal(vault.results[1]?.outcome, 'approved')
    assert.deepEqual(await movedByStore(vault.store), subject.double.ledger.moved())
  })

  test(`${name}: a process that dies after it has asked leaves a payment that the next one finds`, async (t) => {
    const { vault, subject } = await inVault(t)
    vault.crashAt({ gateway: 'after' })
    const capture = await vault.open()
    press(capture, `${card}1`)
    await waitFor(() => subject.double.ledger.counted.captured === 1)
    await vault.restart()
    await waitFor(() => vault.results.length === 1)
    assert.equal(vault.results[0]?.outcome, 'approved')
    assert.equal(subject.double.ledger.counted.captured, 1)
    assert.deepEqual(await movedByStore(vault.store), subject.double.ledger.moved())
  })

  for (const [what, said] of repeated) {
    test(`${name}: a gateway that repeats the card (${what}) has not told it to anybody`, async (t) => {
      const { vault, subject } = await inVault(t)
      subject.double.misbehave((answer) => subject.repeating(answer, said), { of: subject.paying })
      const capture = await vault.open()
      press(capture, repeatedCard)
      await capture.pay()
      const [result] = vault.results
      assert.equal(result?.outcome, 'approved')
      const told = JSON.stringify([vault.lines, vault.results, await attemptsOf(vault)])
      assert.doesNotMatch(told, /5555\D{0,12}3412\D{0,12}4444/u)
      assert.doesNotMatch(JSON.stringify(result).replace(names, ''), /737/)
      assert.deepEqual(await movedByStore(vault.store), subject.double.ledger.moved())
    })
  }

  for (const code of ['100', '200', '124']) {
    test(`${name}: a security code that is like a gateway’s own code (${code}) decides nothing`, async (t) => {
      const { vault, subject } = await inVault(t)
      subject.double.misbehave((answer) => subject.repeating(answer, code), { of: subject.paying })
      const capture = await vault.open({ purpose: 'authorise' })
      press(capture, `4111111111111111#1230#${code}#`)
      await capture.pay()
      assert.equal(vault.results[0]?.outcome, 'approved')
      assert.ok(vault.results[0]?.charge?.gatewayReference)
      assert.doesNotMatch(JSON.stringify(vault.results), new RegExp(`"${code}"`))
      assert.deepEqual(await movedByStore(vault.store), subject.double.ledger.moved())
    })
  }

  for (const [what, change] of marks) {
    test(`${name}: an answer ${what} is read all the same`, async (t) => {
      const { double, gateway } = await start(t, {})
      double.misbehave((answer) => ({ ...answer, body: change(JSON.stringify(answer.body)) }))
      assert.equal((await gateway({}).authorise(testRequest())).status, 'approved')
    })
  }

  for (const [what, change] of otherCharsets) {
    test(`${name}: an answer ${what} leaves the outcome open`, async (t) => {
      const { double, gateway } = await start(t, {})
      double.misbehave((answer) => ({ ...answer, body: change(JSON.stringify(answer.body)) }))
      await assert.rejects(gateway({}).authorise(testRequest()), { name: 'UnclearAnswer' })
    })
  }

  test(`${name}: no digit is in the log or the database, whatever goes wrong`, async (t) => {
    const { vault, subject, pay } = await inVault(t)
    for (const manner of ['html', 'closes', 'half', 'broken-json'] as const) {
      subject.double.misbehave(manner, { of: subject.paying })
      await pay()
    }
    const told = JSON.stringify([vault.lines, vault.results, await attemptsOf(vault)])
    assert.doesNotMatch(told, /41111111|11111111/)
    assert.match(told, /the gateway failed during a request/)
    assert.equal(subject.double.ledger.counted.captured, 4)
  })

  async function inVault(t: TestContext) {
    const later: { gateway?: Gateway } = {}
    const whole = (): Gateway => {
      if (!later.gateway) throw new Error('The gateway is not there yet.')
      return later.gateway
    }
    const vault = await startVault(t, { gateway: deferred(whole) })
    const subject = await start(t, { clock: vault.clock })
    later.gateway = subject.gateway({ clock: vault.clock })
    let told = 0
    return {
      vault,
      subject,
      gateway: whole,
      /** What a notification of its payment has the vault do, whatever its form at the gateway is. */
      tell(guid: Guid) {
        told += 1
        const notification = { id: `told ${told}`, about: 'payment', key: `${guid}-1`, gatewayCode: 'told' }
        const body = Buffer.from(JSON.stringify([notification]))
        return vault.vault.notifications.take({ tenant: 7, name: 'test' }, { headers: {}, body })
      },
      /** A customer of the payment page who has been sent to the bank. */
      async atBank() {
        const capture = await vault.open()
        const typed = { pan: subject.askedPan, expiry: '1230', securityCode: '123' }
        const paying = capture.submitCard(typed, testSender)
        await waitFor(() => capture.challenge() !== undefined)
        return { capture, paying }
      },
      async pay() {
        const capture = await vault.open()
        press(capture, card)
        await capture.pay()
      },
    }
  }
}

const attemptsOf = (vault: Awaited<ReturnType<typeof startVault>>) =>
  Promise.all(vault.begun.map((guid) => vault.attempts(guid)))

/** A gateway that is made after the vault whose clock it shares. */
const deferred = (whole: () => Gateway): Gateway => ({
  authorise: (request) => whole().authorise(request),
  completeChallenge: (completion) => {
    const { completeChallenge } = whole()
    if (!completeChallenge) throw new Error('It asks nobody.')
    return completeChallenge(completion)
  },
  authoriseKept: (request) => {
    const { authoriseKept } = whole()
    if (!authoriseKept) throw new Error('It charges no kept cards.')
    return authoriseKept(request)
  },
  readNotifications: ({ body }) => JSON.parse(body.toString()),
  reconcile: (asked) => whole().reconcile(asked),
  capture: (order) => whole().capture(order),
  void: (order) => whole().void(order),
  refund: (order) => whole().refund(order),
})

/** So that a test that waits in vain fails, and does not hang. */
const maxTurns = 5_000

/** Waits for what comes over a real connection. */
async function waitFor(is: () => boolean): Promise<void> {
  for (let turn = 0; !is(); turn += 1) {
    if (turn === maxTurns) throw new Error('It does not come.')
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

/** Lets time pass, five days at most, with room for what real connections bring. */
async function leapUntil(
  clock: { advance(milliseconds: number): Promise<void> },
  is: () => boolean,
): Promise<void> {
  for (let minutes = 0; !is(); minutes += 1) {
    if (minutes === 5 * 24 * 60) throw new Error('It does not come, however long it is waited for.')
    await clock.advance(60_000)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
