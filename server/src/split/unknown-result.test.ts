import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { adminOf } from '../../test/harness/test-admin.ts'
import { eventually } from '../../test/harness/test-eventually.ts'
import { channelPorts, startProcess } from '../../test/harness/test-processes.ts'

test('a result that the API does not know is refused by it, kept by the vault, and shown to an operator', async (t) => {
  const ports = await channelPorts()
  const vault = await startProcess(t, 'vault', ports)
  const api = await startProcess(t, 'api', ports)
  const authorization = `Bearer ${await api.token()}`
  const body = {
    agentId: 'agent7',
    skipCallTransfer: true,
    paymentData: { Amount: '12.40', Currency: 'USD' },
  }
  const { json: created } = await api.post('/globalpci/v1/session', body, { authorization })
  const books = new DatabaseSync(join(api.folder, 'nam.db'), { timeout: 10_000 })
  t.after(() => books.close())
  const forgotten = books.prepare('select * from payment_session').get() ?? {}
  books.exec('delete from payment_session')

  const keys = '4111111111111111#1230#123#1'
  await vault.post(`/sandbox/sessions/${created.providerSessionGuid}/keys`, { keys })
  const kept = await eventually(async () =>
    vault.lines
      .map((line) => JSON.parse(line))
      .find(({ message }) => /belongs to an unknown session/.test(message)),
  )
  assert.deepEqual([kept.level, kept.outcome, kept.capture], [50, 'approved', created.providerSessionGuid])
  const refused = await eventually(async () =>
    api.lines
      .map((line) => JSON.parse(line))
      .find(({ message }) => /a result for an unknown session was refused/.test(message)),
  )
  assert.deepEqual([refused.level, refused.outcome], [50, 'approved'])

  const [shown] = JSON.parse(await adminOf(vault)(['payment', 'untaken', '--json']))
  assert.deepEqual(
    [shown.what, shown.outcome, shown.providerSessionGuid],
    ['result not accepted', 'approved', created.providerSessionGuid],
  )

  const names = Object.keys(forgotten)
  books
    .prepare(`insert into payment_session (${names.join()}) values (${names.map(() => '?').join()})`)
    .run(...Object.values(forgotten))
  await eventually(async () => {
    const status = await api.send(`/globalpci/v1/session/${created.sessionGuid}`, {
      headers: { authorization },
    })
    return status.json.sessionState === 'Finished'
  })
  const left = new DatabaseSync(join(vault.folder, 'nam.db'), { timeout: 10_000 })
  t.after(() => left.close())
  await eventually(
    async () => left.prepare('select 1 from capture_session where result is not null').all().length === 0,
  )
})
