import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Guid } from '../base/guid.ts'
import { createLog } from '../base/log.ts'
import { corrected } from '../vault/charge/ending.ts'
import { prepareVaultRows } from '../vault/model/vault-rows.ts'
import { removeOldSessions } from '../vault/session/remove-old-sessions.ts'
import { startCli } from './test-cli.ts'

const hour = 3_600_000
const day = 24 * hour

/** A session that was launched by the provider contract, and charged. */
async function start(...parts: Parameters<typeof startCli>) {
  const cli = await startCli(...parts)
  const { store, newGuid, clock } = cli
  const guid = newGuid()
  const rows = prepareVaultRows(store)
  const at = clock.now()
  await store.write(async (tx) => {
    await rows.insertSession.run(tx, {
      guid,
      tenant_id: 7,
      sealed_launch: Buffer.alloc(1),
      progress: '{}',
      refresh_tokens: '',
      created_at: at,
      expires_at: at,
      launch_digest: null,
      awaits_opening: 0,
      session_guid: null,
      owner: store.nodeId,
    })
    await rows.insertAttempt.run(tx, {
      idempotency_key: `${guid}-1`,
      capture_guid: guid,
      gateway: 'main',
      requested_at: at + 3_000,
      amount_minor: 1240,
      currency: 'GBP',
      purpose: 'charge',
      late_approval: 'record',
      cancel_afterwards: 'refuse',
      held_by: 'a-vault',
      epoch: 0,
    })
    await rows.keepSealedCard.run(tx, {
      guid,
      sealed_fields: Buffer.alloc(1),
      epoch: 0,
      course: JSON.stringify([
        { at: at + 1_000, what: 'view-opened' },
        { at: at + 2_000, what: 'step', detail: 'card-number' },
      ]),
    })
    await rows.answerAttempt.run(tx, {
      idempotency_key: `${guid}-1`,
      answered_at: at + 4_000,
      answer: '{"status":"approved","gatewayReference":"ref-9"}',
    })
    await rows.endSession.run(tx, {
      guid,
      ended_at: at + 4_000,
      result: '{}',
      sealed_fields: null,
      ending: '{"end":"completed","outcome":"approved"}',
    })
  })
  return { ...cli, guid, at }
}

test('a session’s course is told from its launch on, each step with its time', async (t) => {
  const { runJson, guid, at } = await start(t)
  const told = await runJson('session', 'show', guid)
  assert.equal(told.providerSessionGuid, guid)
  assert.equal(told.account, 7)
  assert.deepEqual(
    told.course.map(({ at: time, what, detail }: Record<string, string>) => [
      Date.parse(String(time)) - at,
      what,
      detail,
    ]),
    [
      [0, 'launched', ''],
      [1_000, 'view-opened', ''],
      [2_000, 'step', 'card-number'],
      [3_000, 'gateway-asked', 'charge 12.40 GBP, gateway main'],
      [4_000, 'capture-ended', 'completed, approved'],
      [4_000, 'result-not-taken', 'it is reported again'],
      [4_000, 'gateway-answered', 'approved, ref-9'],
    ],
  )
})

test('a session has ended with the outcome that it had then, and what became of it is said beside it', async (t) => {
  const { runJson, store, guid } = await start(t)
  const rows = prepareVaultRows(store)
  const endings: string[] = []
  let ending = JSON.stringify({ end: 'payment-connector-error', outcome: 'unknown' })
  for (const result of [
    { guid, end: 'payment-connector-error', outcome: 'approved', correction: 'reconciled' },
    { guid, end: 'payment-connector-error', outcome: 'approved', correction: 'refund-failed' },
    { guid, end: 'payment-connector-error', outcome: 'cancelled', correction: 'voided' },
  ] as const) {
    ending = corrected(ending, result)
    await store.write((tx) => rows.replaceResult.run(tx, { guid, result: JSON.stringify(result), ending }))
    const { course } = await runJson('session', 'show', guid)
    endings.push(course.find(({ what }: { what: string }) => what === 'capture-ended').detail)
  }
  assert.deepEqual(endings, [
    'payment-connector-error, unknown; approved since',
    'payment-connector-error, unknown; approved since',
    'payment-connector-error, unknown; cancelled since',
  ])
})

test('people get a table, and a word on what is not in this database', async (t) => {
  const { run, guid } = await start(t)
  const { code, answer } = await run('session', 'show', guid)
  assert.equal(code, 0)
  assert.match(answer, /providerSessionGuid +[0-9a-f-]{36}\n/)
  assert.match(answer, /Z +gateway-answered +approved, ref-9\n/)
  assert.match(answer, /\nIt was launched through the provider contract/)
})

test('of a session that was removed it is said since when, by the time in its id, and nothing is made up', async (t) => {
  const { run, runJson, guid, clock, store } = await start(t)
  const removal = removeOldSessions({ store, rows: prepareVaultRows(store), clock, log: createLog('silent') })
  t.after(() => removal.close())
  const told = store.prepare((db, p: { guid: Guid }) =>
    db.updateTable('capture_session').set({ result: null }).where('guid', '=', p.guid),
  )
  await store.write((tx) => told.run(tx, { guid }))
  await clock.leap(89 * day)
  assert.equal((await runJson('session', 'show', guid)).providerSessionGuid, guid)
  await clock.leap(day + hour)
  await clock.advance(hour)
  const { code, answer, complaint } = await run('session', 'show', guid)
  assert.equal(code, 1)
  assert.equal(answer, '')
  assert.match(
    complaint,
    new RegExp(
      `^No session ${guid} was found here\\. Its id was created at 2026-01-15T09:30:0.*Z, and sessions are removed ` +
        '90 days after their end: if it was opened here, it was removed after 2026-04-15T09:30:0.*Z, and only the log of that time',
    ),
  )
})

test('a session that cannot have been removed is not said to have been', async (t) => {
  const { run, newGuid, clock } = await startCli(t)
  const unknown = newGuid()
  await clock.leap(90 * day - 1)
  const young = await run('session', 'show', unknown)
  assert.equal(young.code, 1)
  assert.match(
    young.complaint,
    /^No session [0-9a-f-]{36} was found here\. Its id was created at 2026-01-15T09:30:0/,
  )
  assert.match(young.complaint, /less than 90 days ago/)
  assert.doesNotMatch(young.complaint, /was removed/)
  for (const id of ['6f1c2f9e-53a0-4c55-9f0b-0d5f0a2d9d10', 'ffffffff-ffff-7000-8000-000000000000']) {
    const foreign = await run('session', 'show', id)
    assert.match(foreign.complaint, /Tonegate does not create ids of this form/)
    assert.doesNotMatch(foreign.complaint, /removed/)
  }
})

test('what is no GUID is said to be none', async (t) => {
  const { run } = await startCli(t)
  const wrong = await run('session', 'show', '4711')
  assert.equal(wrong.code, 2)
  assert.match(wrong.complaint, /^'4711' is not a session GUID\./)
})
