import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { eventually } from '../../../../test/harness/test-eventually.ts'
import { createLateCommit } from '../../../../test/harness/test-late-commit.ts'
import { createGuids } from '../../../base/guid.ts'
import { createLog } from '../../../base/log.ts'
import { systemRandom } from '../../../base/random.ts'
import type { Store } from '../../../store/store.ts'
import { openTestStore } from '../../../store/test-store.ts'
import { press, region, testGateway, testSealer, wholeCard } from '../../test-vault.ts'
import { createProviderApi } from '../provider-api.ts'
import { callbackTo, startProviderApi, startReceiver, testFlow, values } from '../test-provider-api.ts'

/** A session that has ended as unknown, and another server on the same database, beside the one that has told of it. */
async function startTwo(t: TestContext, url: string) {
  const gateway = testGateway({ answers: () => new Promise(() => {}) })
  const started = await startProviderApi(t, { gateway, flow: { ...testFlow, callback: callbackTo(url) } })
  const { clock, file } = started
  const stores: Store[] = []
  async function another(wrap = (store: Store) => store) {
    const store = await openTestStore(file)
    stores.push(store)
    const api = createProviderApi({
      store: wrap(store),
      clock,
      random: systemRandom,
      newGuid: createGuids({ clock, random: systemRandom }),
      sealer: testSealer,
      log: createLog('silent'),
      region,
      sessions: started.vault,
      requestsPerSecond: null,
    })
    t.after(() => api.close())
    return { api, store }
  }
  t.after(() => Promise.all(stores.map((store) => store.close())))
  const { session, Id: guid } = await started.launched({ FlowId: 695, InitialValues: values })
  const known = {
    guid,
    end: 'payment-connector-error',
    outcome: 'approved',
    correction: 'reconciled',
  } as const
  return {
    ...started,
    another,
    known,
    /** Its outcome is unknown after so long. */
    async pay() {
      press(session, `${wholeCard}1`)
      await clock.advance(30_000)
    },
  }
}

test('of two servers that find a callback due one posts it', async (t) => {
  const receiver = await startReceiver(t)
  const { clock, another, pay, callbackRows } = await startTwo(t, receiver.url)
  const { api } = await another()
  await api.start()
  const tries = 6
  receiver.answers(...Array.from({ length: tries }, () => 500))
  await pay()
  await eventually(async () => {
    await clock.advance(1_000)
    return (await callbackRows()).length === 0
  })
  assert.equal(receiver.received.length, tries + 1)
})

test('a newer result at another server is posted when the older one has been', async (t) => {
  const posted: string[] = []
  const answers: (() => void)[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    posted.push(new URLSearchParams(body).get('transactionResult') ?? '')
    answers.push(() => response.writeHead(204).end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  const { clock, another, pay, known, callbackRows } = await startTwo(t, `http://127.0.0.1:${port}/callback`)
  const { api } = await another()
  await pay()
  await eventually(() => posted.length === 1)
  await api.reports.recordResult(known)
  await clock.advance(3_000)
  assert.deepEqual(posted, ['ERROR'])
  answers[0]?.()
  await eventually(async () => {
    await clock.advance(1_000)
    return posted.length === 2
  })
  answers[1]?.()
  await eventually(async () => (await callbackRows()).length === 0)
  assert.deepEqual(posted, ['ERROR', 'SUCCESS'])
})

test('a result that two servers report at once is told once', async (t) => {
  const receiver = await startReceiver(t)
  const { another, known, callbackRows } = await startTwo(t, receiver.url)
  let late: ReturnType<typeof createLateCommit> | undefined
  const one = await another((store) => {
    late = createLateCommit(store)
    return late.store
  })
  const other = await another()
  await late?.during(
    () => one.api.reports.recordResult(known),
    () => other.api.reports.recordResult(known),
  )
  await eventually(async () => receiver.received.length > 0 && (await callbackRows()).length === 0)
  assert.equal(receiver.received.length, 1)
})
