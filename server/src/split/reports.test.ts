import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { SessionResult } from '@tonegate/protocol/outcome'
import type { Guid } from '../base/guid.ts'
import { createLog } from '../base/log.ts'
import { Problem } from '../base/problem.ts'
import { createHttp } from '../http/http.ts'
import type { ProviderReports } from '../payments/provider.ts'
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

test('that a session was begun, and how it ended, comes to the API whole', async (t) => {
  const taken: unknown[] = []
  const reports = await startReports(t, {
    recordProgress: async (of) => void taken.push(of),
    recordResult: async (result) => void taken.push(result),
  })
  const result: SessionResult = {
    guid,
    end: 'success',
    outcome: 'approved',
    card: { brand: 'visa', last4: '1111', expiry: '1230' },
    charge: { gatewayReference: 'reference-1', captured: false },
  }
  await reports.recordProgress(guid)
  await reports.recordResult(result)
  assert.deepEqual(taken, [guid, result])
})

test('a report that was not taken is none', async (t) => {
  const refuse = async () => {
    throw new Problem('not-found', 'No payment session has this id.')
  }
  const reports = await startReports(t, { recordProgress: refuse, recordResult: refuse })
  await assert.rejects(reports.recordProgress(guid), /404/)
  await assert.rejects(reports.recordResult({ guid, end: 'timeout', outcome: 'failed' }), /404/)
})
