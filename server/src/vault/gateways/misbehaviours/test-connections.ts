import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testCertificate } from '../../../../test/harness/test-certificate.ts'
import { NotSent } from '../../model/gateway.ts'
import { testRequest } from '../test-request.ts'
import type { StartSubject } from '../test-subject.ts'
import { waitFor } from './test-in-vault.ts'
import { assertNoDigits, pan } from './test-no-digits.ts'

export function testConnections(name: string, start: StartSubject): void {
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
}
