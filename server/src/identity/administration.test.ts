import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { makeTestFolder } from '../../test/harness/test-folder.ts'
import { createMovableClock } from '../base/clock.ts'
import { createGuids } from '../base/guid.ts'
import { systemRandom } from '../base/random.ts'
import { openTestStore } from '../store/test-store.ts'
import { createAdministration } from './administration.ts'
import { createKnownClients } from './clients/known-clients.ts'
import { quickTag } from './users/test-hashing.ts'

const order = { flows: ['client_credentials'], scopes: ['globalpci'] } as const

/** Two accounts of a region, with a client and a person of the same names in each, and one more in the first. */
async function startAdmin(t: TestContext) {
  const folder = makeTestFolder('tonegate-administration')
  const store = await openTestStore(join(folder, 'nam.db'))
  t.after(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })
  const clock = createMovableClock()
  const random = systemRandom
  const newGuid = createGuids({ clock, random })
  const derive = async (each: Parameters<typeof quickTag>[0]) => quickTag(each)
  const context = createAdministration({ store, clock, random, newGuid, derive })
  const [here, there] = [
    await context.accounts.create({ name: 'Harbour', production: false }),
    await context.accounts.create({ name: 'Quay', production: false }),
  ]
  const person = (accountId: number, username: string) =>
    context.users.create({
      accountId,
      username,
      displayName: username,
      agentId: username,
      licence: 'agent',
      password: 'five words of a password',
    })
  const people = [await person(here.id, 'ada'), await person(here.id, 'ben'), await person(there.id, 'cem')]
  const clients = [
    await context.clients.create({ ...order, accountId: here.id, name: 'desk' }),
    await context.clients.create({ ...order, accountId: here.id, name: 'till' }),
    await context.clients.create({ ...order, accountId: there.id, name: 'desk' }),
  ].map(({ clientId }) => clientId)
  return { ...context, store, clock, here, there, ids: { people, clients } }
}

/** Which of them are not as they were. */
const changed = (before: readonly object[], after: readonly object[]) =>
  before.flatMap((each, at) => (JSON.stringify(each) === JSON.stringify(after[at]) ? [] : [at]))

test('a person is found by their name alone, and what is changed of them is changed of nobody else', async (t) => {
  const { users, store } = await startAdmin(t)
  const hashes = store.prepare((db, _: object) =>
    db.selectFrom('user').select('password_hash').orderBy('account_id').orderBy('username'),
  )
  for (const [at, username] of ['ada', 'ben', 'cem'].entries()) {
    const id = (await users.findByUsername(username))?.id
    assert.ok(id)
    const before = await users.list()
    await users.edit(id, { displayName: 'Another', licence: 'administrator' })
    assert.deepEqual(changed(before, await users.list()), [at])
    const edited = await users.list()
    await users.setDisabled(id, 'disabled')
    assert.deepEqual(changed(edited, await users.list()), [at])
    const former = await hashes.all(store.reader, {})
    await users.setPassword(id, 'five other words of a password')
    assert.deepEqual(changed(former, await hashes.all(store.reader, {})), [at])
  }
  const ben = (await users.findByUsername('ben'))?.id
  assert.ok(ben)
  await users.delete(ben)
  assert.deepEqual(
    (await users.list()).map(({ username }) => username),
    ['ada', 'cem'],
  )
})

test('what is changed of a client is changed of no other, be it of the same name', async (t) => {
  const { clients, here, there } = await startAdmin(t)
  for (const [at, [account, name]] of (
    [
      [here, 'desk'],
      [here, 'till'],
      [there, 'desk'],
    ] as const
  ).entries()) {
    const id = (await clients.findByName(account.id, name))?.clientId
    assert.ok(id)
    const before = await clients.list()
    await clients.edit(id, { shared: true })
    assert.deepEqual(changed(before, await clients.list()), [at])
    const edited = await clients.list()
    await clients.setDisabled(id, 'disabled')
    assert.deepEqual(changed(edited, await clients.list()), [at])
  }
})

test('a client has its own secrets, and two of them at most, whatever the others have', async (t) => {
  const { clients, ids } = await startAdmin(t)
  const [desk, till] = ids.clients
  assert.ok(desk && till)
  const secrets = async () => [
    (await clients.secrets.list(desk)).length,
    (await clients.secrets.list(till)).length,
  ]
  assert.deepEqual(await secrets(), [1, 1])
  assert.equal((await clients.secrets.add(desk)).outcome, 'added')
  assert.equal((await clients.secrets.add(desk)).outcome, 'has-two-already')
  assert.deepEqual(await secrets(), [2, 1])
  const [other] = await clients.secrets.list(till)
  assert.equal(await clients.secrets.remove(desk, other?.id ?? 'oldest'), 'no-such-secret')
  assert.equal(await clients.secrets.remove(desk, 'oldest'), 'removed')
  assert.equal(await clients.secrets.remove(desk, 'oldest'), 'only-one-left')
  assert.deepEqual(await secrets(), [1, 1])
})

test('a client that was disabled is not known, and the others are', async (t) => {
  const { clients, ids, store, clock } = await startAdmin(t)
  const known = createKnownClients({ store, clock })
  const names = async () => {
    await clock.advance(1000)
    return Promise.all(ids.clients.map(async (id) => (await known.find(id))?.name))
  }
  assert.deepEqual(await names(), ['desk', 'till', 'desk'])
  const [desk] = ids.clients
  assert.ok(desk)
  await clients.setDisabled(desk, 'disabled')
  assert.deepEqual(await names(), [undefined, 'till', 'desk'])
})
