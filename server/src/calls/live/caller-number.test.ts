import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { startWithPlatform, testListener } from '../test-telephone.ts'

const number = '+447700900123'

/** A call whose line is secured for a session. */
async function startSecured(t: TestContext, told: object) {
  const started = await startWithPlatform(t, { controls: { http: doesAll } })
  const { process, newGuid, client } = started
  const callGuid = newGuid()
  await client().put(`/calls/${callGuid}`, { agentId: 'agent7', ...told })
  const sessionGuid = newGuid()
  await process.secure(callGuid, { sessionGuid, recording: 'continue', listener: testListener().listener })
  return { ...started, callGuid, sessionGuid }
}

const doesAll = {
  async secure() {},
  async release() {},
  async say() {},
  async pauseRecording() {},
  async resumeRecording() {},
}

test('the caller’s number is handed out for the session that the line is secured for, and for no other', async (t) => {
  const { process, newGuid, sessionGuid, callGuid, client, lines } = await startSecured(t, { caller: number })
  assert.equal(await process.callerNumber(sessionGuid), number)
  assert.equal(await process.callerNumber(newGuid()), undefined)
  await client().put(`/calls/${callGuid}`, { agentId: 'agent7' })
  assert.equal(await process.callerNumber(sessionGuid), number, 'a refresh without it does not take it back')
  await client().delete(`/calls/${callGuid}`)
  assert.equal(await process.callerNumber(sessionGuid), undefined)
  assert.doesNotMatch(lines.join(''), /7700900123/)
})

test('where no number was told there is none', async (t) => {
  const { process, sessionGuid } = await startSecured(t, {})
  assert.equal(await process.callerNumber(sessionGuid), undefined)
})

test('a number that cannot be decrypted is as one that was not told', async (t) => {
  const { process, sessionGuid, callGuid, client, lines } = await startSecured(t, { caller: number })
  const other = randomUUID()
  await client().put(`/calls/${other}`, { agentId: 'agent8', caller: '+447700900999' })
  const ofOther = process.store.prepare((db, p: { guid: string }) =>
    db
      .selectFrom('live_call')
      .select('sealed_caller')
      .where('guid', '=', p.guid as never),
  )
  const swap = process.store.prepare((db, p: { guid: string; sealed: Uint8Array | null }) =>
    db
      .updateTable('live_call')
      .set({ sealed_caller: p.sealed })
      .where('guid', '=', p.guid as never),
  )
  const row = await ofOther.first(process.store.reader, { guid: other })
  await process.store.write((tx) => swap.run(tx, { guid: callGuid, sealed: row?.sealed_caller ?? null }))
  assert.equal(await process.callerNumber(sessionGuid), undefined)
  assert.match(lines.join(''), /the number of a caller could not be read/)
})
