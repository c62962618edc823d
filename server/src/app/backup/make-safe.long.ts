import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { eventually } from '../../../test/harness/test-eventually.ts'
import { query, startPostgres, type TestPostgres } from '../../../test/harness/test-postgres.ts'
import {
  type Engine,
  engines,
  newRegion,
  openSession,
  pay,
  statusOf,
  type TestServer,
} from './test-restorable.ts'

let postgres: TestPostgres
before(async () => {
  postgres = await startPostgres()
})
after(() => postgres.stop())

/** The sandbox's gateway lies in the region's database; a gateway outside would know what was paid since. */
async function tellGateway(
  engine: Engine,
  {
    data,
    former,
    store,
  }: { readonly data: string; readonly former: string; readonly store: string | undefined },
): Promise<void> {
  if (engine === 'SQLite') {
    const database = new DatabaseSync(join(data, 'nam.db'))
    database.exec(`ATTACH '${former}' AS former`)
    database.exec('INSERT OR IGNORE INTO main.sandbox_payment SELECT * FROM former.sandbox_payment')
    database.close()
    return
  }
  const schema = former.replace('the schema ', '')
  await query(
    store ?? '',
    `INSERT INTO nam.sandbox_payment SELECT * FROM ${schema}.sandbox_payment ON CONFLICT DO NOTHING`,
  )
}

/** Opens a session that is paid by link. */
async function openLink({ post, token }: TestServer) {
  const created = await post(
    '/globalpci/v1/digitalsession',
    { agentId: 'agent8', paymentData: { Amount: '7.00', Currency: 'GBP', MerchantReferenceCode: 'order-2' } },
    { authorization: `Bearer ${await token()}` },
  )
  assert.equal(created.status, 200, created.text)
  return created.json
}

for (const engine of engines) {
  const of = `on ${engine}`

  test(`${of}: what was paid since a backup is neither paid again nor lost, and what was not is over`, async (t) => {
    const { environment, data, told, start, backup } = await newRegion(t, engine, postgres)
    const server = await start()
    const [paidSince, unpaid] = [await openSession(server, 'agent1'), await openSession(server, 'agent2')]
    await told('backup', 'create', backup)
    await pay(server, paidSince)
    await server.close()
    const { former, madeSafe } = await told('backup', 'restore', backup, '--replace')
    assert.equal(madeSafe.sessionsEnded, 2)
    assert.equal(madeSafe.chargesToReconcile, 2)
    await tellGateway(engine, { data, former, store: environment.TONEGATE_STORE })

    const restored = await start()
    const outcomeOf = async (sessionGuid: string) => {
      const { sessionState, paymentResultData } = await statusOf(restored, sessionGuid)
      return [sessionState, paymentResultData?.paymentOutcome]
    }
    await eventually(async () => {
      const [state, outcome] = await outcomeOf(paidSince.sessionGuid)
      return state === 'Error' && outcome === 'approved'
    })
    await eventually(async () => (await outcomeOf(unpaid.sessionGuid))[0] === 'Error')
    assert.deepEqual(await outcomeOf(unpaid.sessionGuid), ['Error', 'unknown'])
    const keys = await restored.post(`/sandbox/calls/${unpaid.callGuid}/keys`, { keys: '4111' })
    assert.notEqual(keys.status, 500)
    assert.deepEqual(await outcomeOf(unpaid.sessionGuid), ['Error', 'unknown'], 'nothing is entered any more')
  })

  test(`${of}: no link, token or sign-in of then is good any more, and new ones are`, async (t) => {
    const { tried, told, start, backup } = await newRegion(t, engine, postgres)
    const server = await start()
    const former = await server.token()
    const link = await openLink(server)
    const keysBefore = await told('keys', 'list')
    await told('backup', 'create', backup)
    await server.close()
    const { madeSafe } = await told('backup', 'restore', backup, '--replace')
    assert.equal(madeSafe.sessionsEnded, 1)
    const keys = (await told('keys', 'list')).map(({ kid }: { kid: string }) => kid)
    assert.deepEqual([...keys].sort(), [...madeSafe.newSigningKeys].sort())
    for (const { kid } of keysBefore) assert.ok(!keys.includes(kid))
    const people = madeSafe.credentials.filter(({ what }: { what: string }) => what === 'user')
    assert.ok(people.length > 0)
    assert.match(madeSafe.credentials[0].changedAt, /^20\d\d-\d\d-\d\dT[\d:.]+Z$/)

    const restored = await start()
    const read = (access: string) =>
      restored.send(`/globalpci/v1/session/${link.sessionGuid}`, {
        headers: { authorization: `Bearer ${access}` },
      })
    assert.equal((await read(former)).status, 401)
    assert.equal((await read(await restored.token())).status, 200)
    await eventually(async () => (await statusOf(restored, link.sessionGuid)).sessionState === 'Error')

    const busy = await tried(['restored', 'make-safe'])
    assert.equal(busy.code, 1)
    assert.match(busy.complaint, /is running on the data folder|is being served/)
    await restored.close()
    const again = await tried(['restored', 'make-safe'])
    assert.equal(again.code, 0, again.complaint)
    assert.match(again.answer, /^Sessions that were open: 0\./)
    assert.match(again.answer, /Check these, the last changed first/)
  })
}
