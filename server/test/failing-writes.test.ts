import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { settle } from '../src/base/at-work.ts'
import { createMovableClock } from '../src/base/clock.ts'
import { failWrites, type SqliteFault, sqliteFaults } from '../src/store/test-failing-writes.ts'
import { channelPorts, startProcess } from './harness/test-processes.ts'
import { startTestTonegate } from './harness/test-tonegate.ts'

const body = {
  agentId: 'agent7',
  skipCallTransfer: true,
  paymentData: { Amount: '12.40', Currency: 'GBP' },
}

async function startWhole(t: TestContext) {
  const clock = createMovableClock()
  const whole = await startTestTonegate(t, { clock })
  return { clock, api: whole, vault: whole }
}

async function startTwo(t: TestContext) {
  const clock = createMovableClock()
  const ports = await channelPorts()
  const vault = await startProcess(t, 'vault', ports, { clock })
  return { clock, vault, api: await startProcess(t, 'api', ports, { clock }) }
}

const rowsOf = (folder: string, sql: string): readonly Record<string, unknown>[] => {
  const database = new DatabaseSync(join(folder, 'nam.db'), { readOnly: true })
  try {
    return database.prepare(sql).all()
  } finally {
    database.close()
  }
}

const lasting = [
  ['session', 'once', (step: number) => (write: number) => write === step],
  ['digitalsession', 'until there is room', (step: number) => (write: number) => write >= step],
] as const

for (const [processes, start] of [
  ['one process', startWhole],
  ['two processes', startTwo],
] as const) {
  test(`whichever write of a launch fails in ${processes}, the same key opens one session afterwards`, async (t) => {
    const { api, vault, clock } = await start(t)
    const disk = failWrites(t)
    const authorization = `Bearer ${await api.token()}`
    const open = (kind: string, key?: string) =>
      api.post(`/globalpci/v1/${kind}`, body, { authorization, ...(key && { 'idempotency-key': key }) })
    const opened = [(await open('session', 'first')).json.sessionGuid]
    // What is written by the way, on a busy machine, is none of its steps.
    const counts: number[] = []
    for (const key of ['well', 'well again', 'well once more']) {
      disk.heal()
      opened.push((await open('session', key)).json.sessionGuid)
      counts.push(disk.count())
    }
    const steps = Math.min(...counts)
    assert.ok(steps >= 5, String(steps))
    for (let step = 1; step <= steps; step += 1) {
      for (const [kind, lasts, fails] of lasting) {
        const key = `${step} ${lasts}`
        disk.fail('the disk is full', fails(step))
        const refused = await open(kind, key)
        assert.equal(refused.status, 503, `${key}: ${refused.text}`)
        assert.match(refused.json.type, /#storage-unavailable$/, key)
        assert.equal(refused.headers.get('retry-after'), '5', key)
        disk.heal()
        await clock.advance(1_000)
        const answer = await open(kind, key)
        assert.equal(answer.status, 200, `${key}: ${answer.text}`)
        assert.deepEqual((await open(kind, key)).json, answer.json, key)
        opened.push(answer.json.sessionGuid)

        disk.fail('the disk does not write', fails(step))
        const unkeyed = await open(kind)
        assert.ok(unkeyed.status === 503 || unkeyed.status === 200, unkeyed.text)
        if (unkeyed.status === 200) opened.push(unkeyed.json.sessionGuid)
        disk.heal()
      }
    }
    await clock.advance(600_000)
    const known = rowsOf(api.folder, 'SELECT guid FROM payment_session').map(({ guid }) => guid)
    assert.deepEqual(new Set(known), new Set(opened), 'each session is one that was answered')
    const vaultSessions = rowsOf(
      vault.folder,
      "SELECT session_guid FROM capture_session WHERE state = 'open'",
    )
    assert.deepEqual(
      new Set(vaultSessions.map(({ session_guid }) => session_guid)),
      new Set(opened),
      'what the vault has open is what was answered',
    )
    assert.equal(opened.length, new Set(opened).size)
    assert.equal(vaultSessions.length, opened.length)
  })
}

for (const [fault, code] of Object.entries(sqliteFaults)) {
  test(`while ${fault}, every door says 503 and when to come again, and all is well afterwards`, async (t) => {
    const clock = createMovableClock()
    const { send, post, token } = await startTestTonegate(t, { clock, lockPatience: 0 })
    const disk = failWrites(t)
    const headers = { authorization: `Bearer ${await token()}` }
    const open = (kind = 'session') => post(`/globalpci/v1/${kind}`, body, headers)
    const { sessionGuid } = (await open()).json

    disk.fail(fault as SqliteFault)
    await clock.advance(1_000)
    for (const answer of [
      await open(),
      await open('digitalsession'),
      await post('/globalpci/v1/session', body, { ...headers, 'idempotency-key': 'a key' }),
      await post(`/globalpci/v1/session/${sessionGuid}/cancel`, {}, headers),
      await send('/readyz'),
    ]) {
      assert.equal(answer.status, 503, `${code}: ${answer.text}`)
      assert.equal(answer.headers.get('retry-after'), '5')
    }
    assert.match((await send('/readyz')).json.status, /^the database of nam cannot be written: [a-z -]+$/)
    assert.equal((await send('/healthz')).status, 200)
    assert.equal((await send(`/globalpci/v1/session/${sessionGuid}`, { headers })).status, 200)

    disk.heal()
    await clock.advance(1_000)
    assert.equal((await send('/readyz')).status, 200)
    assert.equal((await open()).status, 200)
    const ended = await send(`/globalpci/v1/session/${sessionGuid}`, { headers })
    assert.equal(ended.json.sessionState, 'Cancelled')
  })
}

test('while another program holds the lock, nothing is stored and everything says so; then it is', async (t) => {
  const clock = createMovableClock()
  const { send, post, token, folder } = await startTestTonegate(t, { clock, lockPatience: 40 })
  const headers = { authorization: `Bearer ${await token()}` }
  const open = () => post('/globalpci/v1/session', body, { ...headers, 'idempotency-key': 'a key' })

  const other = new DatabaseSync(join(folder, 'nam.db'))
  await settle()
  other.exec('BEGIN IMMEDIATE')
  const refused = await open()
  assert.equal(refused.status, 503)
  assert.match(refused.json.type, /#storage-unavailable$/)
  assert.equal(refused.headers.get('retry-after'), '5')
  const readiness = await send('/readyz')
  assert.equal(readiness.status, 503)
  assert.equal(readiness.json.status, 'the database of nam cannot be written: another program has locked it')

  other.exec('COMMIT')
  other.close()
  await clock.advance(1_000)
  assert.equal((await send('/readyz')).status, 200)
  assert.equal((await open()).status, 200)
})
