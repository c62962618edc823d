import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import pg from 'pg'
import { createMovableClock } from '../src/base/clock.ts'
import { runAdmin } from './harness/test-admin.ts'
import { eventually } from './harness/test-eventually.ts'
import { databaseFor, startPostgres, type TestPostgres } from './harness/test-postgres.ts'
import { startTestTonegate } from './harness/test-tonegate.ts'

let postgres: TestPostgres
before(async () => {
  postgres = await startPostgres()
})
after(() => postgres.stop())

/** A database with nothing but empty tables, and a data folder, which two servers may share. */
async function newPlace(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-postgres-test-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const TONEGATE_STORE = await databaseFor(postgres.url, folder)
  return {
    TONEGATE_STORE,
    TONEGATE_DATA: folder,
    TONEGATE_SEALING_KEY: Buffer.alloc(32, 7).toString('base64'),
  }
}

const order = {
  agentId: 'agent7',
  paymentData: { Amount: '12.40', Currency: 'GBP', MerchantReferenceCode: 'order-1' },
}

test('a card is charged on a call, the result read, and nothing is there but what can be read by the next server', async (t) => {
  const environment = await newPlace(t)
  const { post, send, token, close } = await startTestTonegate(t, { environment })
  const headers = { authorization: `Bearer ${await token()}`, 'idempotency-key': 'a key' }
  const call = (await post('/sandbox/calls', { agentId: 'agent7' })).json
  const created = await post('/globalpci/v1/session', order, headers)
  assert.equal(created.status, 200, created.text)
  assert.deepEqual((await post('/globalpci/v1/session', order, headers)).json, created.json)
  const { sessionGuid } = created.json
  await post(`/sandbox/calls/${call.callGuid}/keys`, { keys: '4111111111111111#1230#123#1' })
  const result = () => send(`/globalpci/v1/session/${sessionGuid}`, { headers })
  await eventually(async () => (await result()).json.sessionState === 'Finished')
  assert.equal((await result()).json.paymentResultData.paymentOutcome, 'approved')
  assert.equal((await send('/readyz')).status, 200)
  const { agentId: _, ...digital } = order
  assert.equal(
    (
      await post(
        '/globalpci/v1/digitalsession',
        { ...digital, agentId: 'agent8' },
        { authorization: headers.authorization },
      )
    ).status,
    200,
  )
  await close()

  const next = await startTestTonegate(t, { environment })
  const again = await next.send(`/globalpci/v1/session/${sessionGuid}`, {
    headers: { authorization: `Bearer ${await next.token()}` },
  })
  assert.equal(again.json.paymentResultData?.paymentOutcome, 'approved', again.text)
})

test('the commands work on it, beside the server', async (t) => {
  const environment = await newPlace(t)
  const { send } = await startTestTonegate(t, { environment })
  const admin = async (...typed: readonly string[]) => {
    const { code, answer, complaint } = await runAdmin({ ...environment, TONEGATE_REGIONS: 'nam' }, typed)
    assert.equal(code, 0, complaint)
    return answer
  }
  assert.match(await admin('account', 'list'), /Demo nam/)
  const made = await admin(
    'client',
    'create',
    'ledger',
    '--account',
    'Demo nam',
    '--flow',
    'client_credentials',
    '--scope',
    'globalpci',
  )
  const [clientId = '', secret = ''] = [/clientId\s+(\S+)/, /clientSecret\s+(\S+)/].map(
    (each) => each.exec(made)?.[1],
  )
  const answer = await send('/auth/connect/token', {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope: 'globalpci',
      client_id: clientId,
      client_secret: secret,
    }),
  })
  assert.equal(answer.status, 200, `${made}\n${answer.text}`)
})

test('two servers work on it; one that was not heard of for too long is forgotten, and ends', async (t) => {
  const environment = await newPlace(t)
  const [clock, clockOfOther] = [createMovableClock(), createMovableClock()]
  const first = await startTestTonegate(t, { environment, clock })
  const second = await startTestTonegate(t, { environment, clock: clockOfOther })
  for (const { send } of [first, second]) assert.equal((await send('/readyz')).status, 200)
  const client = new pg.Client({ connectionString: environment.TONEGATE_STORE })
  await client.connect()
  t.after(() => client.end())
  const nodes = async () => (await client.query('SELECT 1 FROM nam.node')).rowCount
  assert.equal(await nodes(), 2)
  // As if both had been stopped for nine seconds, and the second one had gone on before.
  await client.query('UPDATE nam.node SET beat_at = beat_at - 9000')
  await clockOfOther.advance(4_000)
  assert.equal(await nodes(), 2, 'who was away for long forgets nobody yet')
  await clockOfOther.advance(8_000)
  assert.equal(await nodes(), 1)
  await clock.advance(2_000)
  await first.tonegate.lost
  assert.equal((await first.send('/readyz')).status, 503)
  await first.close()
  assert.equal(await nodes(), 1, 'the second one’s is left')
})

test('while the database is killed, requests are 503 with Retry-After, and all is well when it is back', async (t) => {
  const environment = await newPlace(t)
  const { post, send, token } = await startTestTonegate(t, { environment, lockPatience: 200 })
  const headers = { authorization: `Bearer ${await token()}` }
  const { agentId: _, ...digital } = order
  const open = () => post('/globalpci/v1/digitalsession', { ...digital, agentId: 'agent8' }, headers)
  assert.equal((await open()).status, 200)
  await postgres.kill()
  const refused = await open()
  assert.equal(refused.status, 503, refused.text)
  assert.equal(refused.headers.get('retry-after'), '5')
  assert.equal((await send('/readyz')).status, 503)
  assert.equal((await send('/healthz')).status, 200)
  await postgres.start()
  await eventually(async () => (await open()).status === 200)
  await eventually(async () => (await send('/readyz')).status === 200)
})
