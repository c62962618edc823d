import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Worker } from 'node:worker_threads'
import { eventually } from '../../test/harness/test-eventually.ts'
import { makeTestFolder } from '../../test/harness/test-folder.ts'
import { freePort } from '../../test/harness/test-free-port.ts'
import { startTestTonegate } from '../../test/harness/test-tonegate.ts'
import { createMovableClock } from '../base/clock.ts'
import { DatabaseFault } from './databases/database-fault.ts'

const paymentData = {
  FirstName: 'John',
  Surname: 'Smith',
  Amount: '12.40',
  Currency: 'GBP',
  MerchantReferenceCode: 'order-1001',
}
const soon = `12${String(new Date().getFullYear() + 3).slice(-2)}`

const everyRegion = { TONEGATE_REGIONS: 'nam,emea,apac' }
const allRegions = { environment: everyRegion }

async function startPayment(...start: Parameters<typeof startTestTonegate>) {
  const tonegate = await startTestTonegate(...start)
  const authorization = `Bearer ${await tonegate.token()}`
  const create = (body: object, path = '/globalpci/v1/session') =>
    tonegate.post(path, { agentId: 'agent12345', paymentData, ...body }, { authorization })
  const get = async (sessionGuid: string) =>
    (await tonegate.send(`/globalpci/v1/session/${sessionGuid}`, { headers: { authorization } })).json
  const ended = (sessionGuid: string) =>
    eventually(async () => {
      const session = await get(sessionGuid)
      return !['Created', 'InProgress'].includes(session.sessionState) && session
    })
  return { ...tonegate, authorization, create, get, ended }
}

/** Those that were started here. */
const threads: Worker[] = []
process.on('worker', (thread) => threads.push(thread))

test('a card typed on a call’s keypad is charged and the program reads the result', async (t) => {
  const { post, create, get, ended } = await startPayment(t)
  const call = (await post('/sandbox/calls', { agentId: 'agent12345' })).json
  const created = (await create({})).json
  assert.equal((await get(created.sessionGuid)).sessionState, 'Created')
  assert.equal((await get(created.sessionGuid)).callGuid, call.callGuid)

  const pressed = await post(`/sandbox/calls/${call.callGuid}/keys`, {
    keys: `4111111111111111#${soon}#123#`,
  })
  assert.deepEqual(pressed.json, { callGuid: call.callGuid, pressed: 26, heardBy: 'listener' })
  await eventually(async () => (await get(created.sessionGuid)).sessionState === 'InProgress')
  await post(`/sandbox/calls/${call.callGuid}/keys`, { keys: '1' })

  const session = await ended(created.sessionGuid)
  assert.equal(session.sessionState, 'Finished')
  const result = session.paymentResultData
  assert.equal(result.decision, 'ACCEPT')
  assert.equal(result.reasonCode, '100')
  assert.equal(result.paymentOutcome, 'approved')
  assert.equal(result.cardBrand, 'visa')
  assert.equal(result.cardLast4, '1111')
  assert.equal(result.Amount, '1240')
  assert.equal(result.MerchantReferenceCode, 'order-1001')

  const after = await post(`/sandbox/calls/${call.callGuid}/keys`, { keys: '5' })
  assert.equal(after.json.heardBy, 'listener', 'a caller who goes on typing is not heard')
})

test('keys reach a session without a call, and an Orbital configuration answers in Orbital’s words', async (t) => {
  const { post, create, ended } = await startPayment(t)
  const { sessionGuid } = (await create({ skipCallTransfer: true, accountConfigurationId: 2 })).json
  const keys = `4111111111111111#${soon}#123#1`
  assert.equal((await post(`/sandbox/sessions/${sessionGuid}/keys`, { keys })).status, 200)
  const session = await ended(sessionGuid)
  assert.equal(session.callGuid, undefined)
  assert.equal(session.paymentResultData.ApprovalStatus, '1')
  assert.equal(session.paymentResultData.RespCode, '00')
  const late = await post(`/sandbox/sessions/${sessionGuid}/keys`, { keys: '1' })
  assert.equal(late.status, 409)
  assert.match(late.json.type, /#session-ended$/)
})

for (const [id, state, outcome] of [
  [10, 'Finished', 'approved'],
  [11, 'Finished', 'declined'],
  [12, 'TimeOut', 'failed'],
  [13, 'Error', 'unknown'],
] as const) {
  for (const path of ['/globalpci/v1/session', '/globalpci/v1/digitalsession']) {
    test(`configuration ${id} ends by itself as ${state}, ${outcome}: ${path}`, async (t) => {
      const { create, ended } = await startPayment(t)
      const { sessionGuid } = (await create({ skipCallTransfer: true, accountConfigurationId: id }, path))
        .json
      const session = await ended(sessionGuid)
      assert.equal(session.sessionState, state)
      assert.equal(session.paymentResultData.paymentOutcome, outcome)
    })
  }
}

test('the caller hanging up is seen, and a cancelled session says so', async (t) => {
  const { send, post, create, ended, authorization } = await startPayment(t)
  const call = (await post('/sandbox/calls', { agentId: 'agent12345' })).json
  const { sessionGuid } = (await create({})).json
  assert.equal((await send(`/sandbox/calls/${call.callGuid}`, { method: 'DELETE' })).status, 200)
  const cancelled = await send(`/globalpci/v1/session/${sessionGuid}/cancel`, {
    method: 'POST',
    headers: { authorization },
  })
  assert.equal(cancelled.status, 200)
  assert.equal((await ended(sessionGuid)).sessionState, 'Cancelled')
})

test('an agent without a call, and a call with an open session, are refused by what they are', async (t) => {
  const { post, create } = await startPayment(t)
  const without = await create({})
  assert.equal(without.status, 409)
  assert.match(without.json.type, /#no-live-call$/)
  await post('/sandbox/calls', { agentId: 'agent12345' })
  const first = (await create({})).json
  const second = await create({})
  assert.equal(second.status, 409)
  assert.match(second.json.detail, new RegExp(first.sessionGuid))
})

test('sandbox.json says all that is needed, for its owner alone, and the same after a restart', async (t) => {
  const { folder, origin, close } = await startTestTonegate(t, allRegions)
  const file = join(folder, 'sandbox.json')
  assert.equal(statSync(file).mode & 0o777, 0o600)
  const before = JSON.parse(readFileSync(file, 'utf8'))
  assert.equal(before.default, 'nam')
  assert.deepEqual(Object.keys(before.regions), ['nam', 'emea', 'apac'])
  assert.equal(before.regions.nam.tokenUrl, `${origin}/auth/connect/token`)
  assert.equal(before.regions.nam.apiUrl, `${origin}/globalpci`)
  assert.ok((await fetch(before.simulatorUrl)).ok)
  for (const region of Object.values<Record<string, { name: string; id: number }[]>>(before.regions)) {
    assert.ok(region.clients?.some(({ name }) => name === 'backend'))
    assert.deepEqual(
      region.accountConfigurations?.map(({ id }) => id),
      [0, 2, 3, 4, 5, 10, 11, 12, 13, 14],
    )
  }
  await close()
  await startTestTonegate(t, {
    environment: { ...everyRegion, TONEGATE_DATA: folder, PORT: new URL(origin).port },
  })
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), before)
})

test('a region is chosen by the first label of the host, and nothing crosses', async (t) => {
  const { tonegate, token, post } = await startPayment(t, allRegions)
  const bearer = await token()
  const clientOf = (name: 'nam' | 'emea') => tonegate.sandbox?.regions[name]?.clients[0]
  assert.notEqual(clientOf('nam')?.clientSecret, clientOf('emea')?.clientSecret)
  const ask = (host: string, path: string, headers: Record<string, string>, body = '') =>
    new Promise<number>((resolve, reject) => {
      const method = body ? 'POST' : 'GET'
      const sent = request(
        { port: tonegate.port, host: '127.0.0.1', path, method, headers: { host, ...headers } },
        (answer) => {
          answer.resume().once('end', () => resolve(answer.statusCode ?? 0))
        },
      )
      sent.once('error', reject).end(body)
    })
  const { sessionGuid } = (
    await post(
      '/globalpci/v1/session',
      { agentId: 'a', paymentData, skipCallTransfer: true },
      { authorization: `Bearer ${bearer}` },
    )
  ).json
  const path = `/globalpci/v1/session/${sessionGuid}`
  assert.equal(await ask('NAM.api.localhost', path, { authorization: `Bearer ${bearer}` }), 200)
  assert.equal(await ask('emea.api.localhost', path, { authorization: `Bearer ${bearer}` }), 401)
  const credentials = (name: 'nam' | 'emea') => ({
    authorization: `Basic ${Buffer.from(`${clientOf(name)?.clientId}:${clientOf(name)?.clientSecret}`).toString('base64')}`,
    'content-type': 'application/x-www-form-urlencoded',
  })
  const form = 'grant_type=client_credentials&scope=globalpci'
  assert.equal(await ask('emea.localhost', '/Auth/Connect/Token', credentials('emea'), form), 200)
  assert.equal(await ask('emea.localhost', '/auth/connect/token', credentials('nam'), form), 401)
})

test('production has no demo account, no sandbox file and no simulated telephone', async (t) => {
  const { folder, post, send, tonegate } = await startTestTonegate(t, {
    environment: {
      TONEGATE_MODE: 'production',
      TONEGATE_DOMAIN: 'pay.example.com',
      TONEGATE_PROXY: 'trusted',
      TONEGATE_SEALING_KEY: randomBytes(32).toString('base64'),
    },
  })
  const byTls = { 'x-forwarded-proto': 'https' }
  assert.equal(tonegate.sandbox, undefined)
  assert.ok(!existsSync(join(folder, 'sandbox.json')))
  assert.ok(!existsSync(join(folder, 'sealing.key')))
  for (const path of ['/sandbox/calls', '/sandbox', '/sandbox/sessions/x/keys']) {
    assert.equal((await post(path, { agentId: 'a' }, byTls)).status, 404)
  }
  for (const tool of [
    'clock',
    'reset',
    'faults',
    'scenarios',
    'scenarios/approved',
    'seed',
    'webhooks',
    'requests',
  ]) {
    assert.equal((await post(`/sandbox/${tool}`, {}, byTls)).status, 404, tool)
    assert.equal((await send(`/sandbox/${tool}`, { headers: byTls })).status, 404, tool)
  }
  assert.equal((await send('/readyz')).status, 200)
  assert.equal(
    (await send('/auth/.well-known/openid-configuration', { headers: byTls })).json.issuer,
    'https://nam.pay.example.com/auth',
  )
})

test('healthz and readyz answer, and stop answering with the server', async (t) => {
  const { send, close } = await startTestTonegate(t)
  assert.deepEqual((await send('/healthz')).json, { status: 'alive' })
  assert.deepEqual((await send('/readyz')).json, { status: 'ready' })
  await close()
  await assert.rejects(send('/healthz'))
})

test('a link that lies unread is good for 72 hours, a session on a call for 15 quiet minutes', async (t) => {
  const clock = createMovableClock(Date.now())
  const { post, send, token } = await startTestTonegate(t, {
    clock,
    environment: { TONEGATE_REGIONS: 'nam', TONEGATE_TOKEN_LIFETIME: '86400' },
  })
  const open = async (path: string) => {
    const headers = { authorization: `Bearer ${await token()}` }
    return (await post(path, { agentId: 'a', paymentData, skipCallTransfer: true }, headers)).json.sessionGuid
  }
  const stateOf = async (guid: string) => {
    const headers = { authorization: `Bearer ${await token()}` }
    return (await send(`/globalpci/v1/session/${guid}`, { headers })).json.sessionState
  }
  const onCall = await open('/globalpci/v1/session')
  const link = await open('/globalpci/v1/digitalsession')
  await clock.leap(16 * 60_000)
  assert.equal(await stateOf(onCall), 'TimeOut')
  await clock.leap(71.5 * 3_600_000)
  assert.equal(await stateOf(link), 'Created')
  await clock.leap(3_600_000)
  assert.equal(await stateOf(link), 'ExpiredOnProviderSide')
})

test('a server that is stopped waits for the gateway’s answer and records it', async (t) => {
  const before = await startPayment(t)
  const { sessionGuid } = (await before.create({ skipCallTransfer: true })).json
  const keys = `4111111111111111#${soon}#123#1`
  await before.post(`/sandbox/sessions/${sessionGuid}/keys`, { keys })
  await before.close()
  const port = new URL(before.origin).port
  const after = await startTestTonegate(t, { environment: { TONEGATE_DATA: before.folder, PORT: port } })
  const headers = { authorization: before.authorization }
  const session = (await after.send(`/globalpci/v1/session/${sessionGuid}`, { headers })).json
  assert.equal(session.sessionState, 'Finished')
  assert.equal(session.paymentResultData.paymentOutcome, 'approved')
})

test('an address of IPv6 that is listened at is told as one that answers', async (t) => {
  const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
    all?.some(({ address }) => address === '::1'),
  )
  if (!hasIpv6) return t.skip('this machine has no IPv6')
  const { sandbox } = (await startTestTonegate(t, { environment: { HOST: '::1' } })).tonegate
  const region = sandbox?.regions.nam ?? assert.fail('no region')
  assert.match(region.issuer, /^http:\/\/\[::1\]:\d+\/auth$/)
  const answer = await fetch(`${region.issuer}/.well-known/openid-configuration`)
  assert.equal(((await answer.json()) as { issuer: string }).issuer, region.issuer)
  assert.equal((await fetch(sandbox?.simulatorUrl ?? '')).status, 200)
})

test('a start that fails gives back the port, the folder and what it had opened', async (t) => {
  const folder = makeTestFolder('tonegate-start')
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const port = await freePort()
  const environment = { TONEGATE_DATA: folder, TONEGATE_REGIONS: 'nam,emea', PORT: String(port) }
  writeFileSync(join(folder, 'emea.db'), 'This is no database.'.repeat(100))
  await assert.rejects(startTestTonegate(t, { environment }), DatabaseFault)
  rmSync(join(folder, 'emea.db'))
  const { tonegate } = await startTestTonegate(t, { environment })
  assert.equal(tonegate.port, port)
})

test('a server that can no longer write its database says so, and ends', async (t) => {
  const { tonegate, lines } = await startTestTonegate(t)
  await Promise.all(threads.map((thread) => thread.terminate()))
  await tonegate.lost
  assert.ok(lines.some((line) => line.includes('the thread that writes the database has ended')))
})
