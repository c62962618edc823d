import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Guid } from '../base/guid.ts'
import { startCli } from './test-cli.ts'

const books = ['--account', 'Harbour Street Books']

test('a person is made with the password that was asked for, and only its hash is kept', async (t) => {
  const { run, passwords, identity, store } = await startCli(t)
  passwords.push('a quiet harbour')
  const { code, answer } = await run(
    'user',
    'create',
    'Agent.Two',
    ...books,
    '--licence',
    'agent',
    '--agent-id',
    'a2',
  )
  assert.deepEqual([code, answer], [0, 'Agent.Two can sign in.\n'])
  const user = await identity.users.findByUsername('agent.two')
  assert.equal(user?.displayName, 'Agent.Two')
  assert.equal(user?.agentId, 'a2')
  assert.equal(user?.licence, 'agent')
  const hashes = store.prepare((db, _: object) => db.selectFrom('user').select('password_hash'))
  const rows = await hashes.all(store.reader, {})
  assert.ok(rows.every(({ password_hash }) => password_hash.startsWith('$argon2id$')))
})

test('a generated password is shown once, and an asked one never', async (t) => {
  const { runJson, run, passwords } = await startCli(t)
  const made = await runJson('administrator', 'create', 'ada', ...books, '--generate')
  assert.equal(made.password, 'made-at-random')
  assert.equal(made.licence, 'administrator')
  passwords.push('a quiet harbour')
  const { answer } = await run('user', 'set-password', 'ada')
  assert.equal(answer, 'ada has a new password.\n')
  assert.ok(!(await run('user', 'list')).answer.includes('made-at-random'))
})

test('a username is taken in either case, before a password is asked for', async (t) => {
  const { run, passwords } = await startCli(t)
  passwords.push('a quiet harbour')
  const { code, complaint } = await run('user', 'create', 'AGENT.one', ...books, '--licence', 'agent')
  assert.deepEqual([code, complaint], [1, "The username 'AGENT.one' is already in use.\n"])
  assert.equal(passwords.length, 1)
  assert.equal((await run('user', 'create', 'two words', ...books, '--licence', 'agent')).code, 2)
  assert.equal((await run('user', 'create', 'x', '--account', 'None', '--licence', 'agent')).code, 1)
})

test('a person is edited, and a call-taker takes calls no more with an empty agent id', async (t) => {
  const { run, runJson } = await startCli(t)
  await run('user', 'edit', 'agent.one', '--display-name', 'Ann', '--licence', 'supervisor', '--agent-id', '')
  assert.deepEqual(await runJson('user', 'list'), [
    {
      username: 'agent.one',
      displayName: 'Ann',
      account: 'Harbour Street Books',
      licence: 'supervisor',
      agentId: null,
      disabled: false,
    },
  ])
  assert.equal((await run('user', 'edit', 'agent.one')).code, 2)
})

test('a disabled person’s tokens end within a second, and their refresh tokens do not come back', async (t) => {
  const { run, signIn, letsIn, refresh, clock } = await startCli(t)
  const held = await signIn()
  assert.ok(await letsIn(held.accessToken))
  assert.equal((await run('user', 'disable', 'agent.one')).answer, 'agent.one is disabled.\n')
  await clock.advance(1000)
  assert.equal(await letsIn(held.accessToken), false)
  assert.equal((await refresh(held.refreshToken)).json().error, 'invalid_grant')
  await run('user', 'enable', 'agent.one')
  await clock.advance(1000)
  assert.equal((await refresh(held.refreshToken)).json().error, 'invalid_grant')
  assert.equal(await letsIn(held.accessToken), false)
  assert.ok(await letsIn((await signIn()).accessToken))
})

test('a new password ends sign-ins, codes, refresh tokens and what came of them', async (t) => {
  const { run, passwords, signIn, issueCode, redeem, letsIn, refresh, clock, store, userId, newGuid } =
    await startCli(t)
  const insert = store.prepare((db, p: { id: Guid; user_id: Guid; sha256: Uint8Array; at: number }) =>
    db.insertInto('sign_in').values({
      sha256: p.sha256,
      id: p.id,
      user_id: p.user_id,
      authenticated_at: p.at,
      expires_at: p.at + 3_600_000,
    }),
  )
  await store.write((tx) =>
    insert.run(tx, { id: newGuid(), user_id: userId, sha256: Buffer.alloc(32, 1), at: clock.now() }),
  )
  const held = await signIn()
  const code = await issueCode()
  passwords.push('another quiet harbour')
  assert.equal((await run('user', 'set-password', 'agent.one')).code, 0)
  await clock.advance(1000)
  assert.equal(await letsIn(held.accessToken), false)
  assert.equal((await refresh(held.refreshToken)).json().error, 'invalid_grant')
  assert.equal((await redeem(code)).json().error, 'invalid_grant')
  const signIns = store.prepare((db, _: object) => db.selectFrom('sign_in').select('id'))
  assert.deepEqual(await signIns.all(store.reader, {}), [])
})

test('a crash in setting a password leaves the old one and all that it opened', async (t) => {
  const { run, passwords, signIn, refresh, failWrites, store } = await startCli(t)
  const hash = store.prepare((db, _: object) => db.selectFrom('user').select('password_hash'))
  const before = await hash.first(store.reader, {})
  const held = await signIn()
  passwords.push('another quiet harbour')
  const restore = failWrites()
  await assert.rejects(run('user', 'set-password', 'agent.one'), /the machine stopped/)
  restore()
  assert.deepEqual(await hash.first(store.reader, {}), before)
  assert.equal((await refresh(held.refreshToken)).statusCode, 200)
})

test('a person is deleted only with --yes, and then with all that was theirs', async (t) => {
  const { run, signIn, letsIn, refresh, clock } = await startCli(t)
  const held = await signIn()
  const without = await run('user', 'delete', 'agent.one')
  assert.equal(without.code, 1)
  assert.match(without.complaint, /--yes/)
  assert.ok(await letsIn(held.accessToken))
  assert.equal((await run('user', 'delete', 'agent.one', '--yes')).answer, 'agent.one was deleted.\n')
  await clock.advance(1000)
  assert.equal(await letsIn(held.accessToken), false)
  assert.equal((await refresh(held.refreshToken)).json().error, 'invalid_grant')
})

test('what ends for one person or client goes on for the others', async (t) => {
  const { run, signIn, refresh, letsIn, clock, identity, account, createClient } = await startCli(t)
  const other = await identity.users.create({
    accountId: account.id,
    username: 'agent.two',
    password: 'a quiet harbour',
    agentId: 'agent2',
    licence: 'agent',
  })
  const theirs = await signIn({ userId: other.id })
  const client = await createClient({
    flows: ['authorization_code'],
    scopes: ['globalpci', 'openid', 'offline_access'],
    redirectUris: ['https://desktop.example.com/callback'],
  })
  const here = await signIn()
  const there = await signIn({}, client)
  await run('client', 'disable', client.clientId)
  await clock.advance(1000)
  assert.deepEqual(await Promise.all([theirs, here, there].map((held) => letsIn(held.accessToken))), [
    true,
    true,
    false,
  ])
  await run('user', 'disable', 'agent.one')
  await clock.advance(1000)
  assert.deepEqual(await Promise.all([theirs, here].map((held) => letsIn(held.accessToken))), [true, false])
  assert.equal((await refresh(theirs.refreshToken)).statusCode, 200)
})
