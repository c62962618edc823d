import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NotSent } from '../../model/gateway.ts'
import type { Misbehaviour } from '../test-double.ts'
import { testRequest } from '../test-request.ts'
import type { StartSubject, Subject } from '../test-subject.ts'
import { assertNoDigits, pan } from './test-no-digits.ts'

const unclear = (manner: Misbehaviour, subject: Subject): Misbehaviour =>
  manner === 'never' ? () => subject.errorInside : manner

export function testWrongAnswers(name: string, start: StartSubject): void {
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
}

export function testStatuses(name: string, start: StartSubject): void {
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
}

const marks: readonly (readonly [string, (json: string) => string])[] = [
  ['with a byte order mark before it', (json) => `\ufeff${json}`],
  ['with a byte order mark and lines before it', (json) => `\ufeff\r\n ${json}\n`],
]

const otherCharsets: readonly (readonly [string, (json: string) => string | Buffer])[] = [
  ['with two byte order marks', (json) => `\ufeff\ufeff${json}`],
  ['in UTF-16', (json) => Buffer.from(`\ufeff${json}`, 'utf16le')],
  ['that is not UTF-8', (json) => Buffer.from(json.replace('{', '{"bank":"Br\u00fccke",'), 'latin1')],
]
