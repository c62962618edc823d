import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { SessionResult } from '@tonegate/protocol/outcome'
import type { Guid } from '../base/guid.ts'
import { createLog } from '../base/log.ts'
import { Problem } from '../base/problem.ts'
import { createHttp } from '../http/http.ts'
import type { ProviderReports } from '../payments/provider.ts'
import type { OrderedPayment, PaymentOperation } from '../vault/model/payment-summary.ts'
import { remoteReports, serveReports } from './reports.ts'

const region = {
  name: 'nam',
  issuer: 'http://nam.test/auth',
  apiUrl: 'http://nam.api.test/globalpci',
  paymentOrigin: 'http://nam.test',
} as const
const guid = '0198c0fd-89c0-72e1-8f18-572efd5c5470' as Guid

/** The vault's reports, which come to an API of the test's without the channel between them. */
async function startReports(t: TestContext, reports: ProviderReports) {
  const app = createHttp({ region, log: createLog('silent'), proxy: 'none' })
  serveReports(reports)(app)
  await app.ready()
  t.after(() => app.close())
  return remoteReports(async (url, payload) => {
    const answer = await app.inject({ method: 'POST', url, payload })
    if (answer.statusCode !== 200) throw new Error(`${answer.statusCode}`)
    return answer.json()
  })
}

const progress = [
  { sequence: 1, at: 1, progress: 'opened' },
  { sequence: 2, at: 2, progress: 'field-complete', field: 'pan' },
] as const
const refund: PaymentOperation = {
  ...{ key: 'key-refund-1', kind: 'refund', amountMinor: 500, status: 'succeeded', requestedAt: 3 },
  answeredAt: 4,
  requestedBy: { kind: 'client', id: 'backend' },
}
const refunded: OrderedPayment = {
  operation: refund,
  payment: {
    ...{ gateway: 'sandbox', gatewayReference: 'reference-1', currency: 'GBP', isVoided: false },
    ...{ authorised: 1240, captured: 1240, refunded: 500, refundsUnderWay: 0, refundable: 740 },
    operations: [refund],
  },
}

test('what happens in a session, how it ended, and what followed, comes to the API whole', async (t) => {
  const taken: unknown[] = []
  const reports = await startReports(t, {
    recordProgress: async (of) => void taken.push(of),
    recordResult: async (result) => void taken.push(result),
    recordCourse: async (of, progress) => void taken.push([of, progress]),
    recordOperation: async (of, ordered) => void taken.push([of, ordered]),
  })
  const result: SessionResult = {
    guid,
    end: 'success',
    outcome: 'approved',
    card: { brand: 'visa', last4: '1111', expiry: '1230' },
    charge: { gatewayReference: 'reference-1', captured: false },
  }
  await reports.recordProgress(guid)
  await reports.recordCourse(guid, progress)
  await reports.recordResult(result)
  await reports.recordOperation(guid, refunded)
  assert.deepEqual(taken, [guid, [guid, progress], result, [guid, refunded]])
})

test('a report that was not taken is none', async (t) => {
  const refuse = async () => {
    throw new Problem('not-found', 'No payment session has this id.')
  }
  const record = { recordProgress: refuse, recordResult: refuse }
  const reports = await startReports(t, { ...record, recordCourse: refuse, recordOperation: refuse })
  await assert.rejects(reports.recordProgress(guid), /404/)
  await assert.rejects(reports.recordCourse(guid, progress), /404/)
  await assert.rejects(reports.recordOperation(guid, refunded), /404/)
  await assert.rejects(reports.recordResult({ guid, end: 'timeout', outcome: 'failed' }), /404/)
})
