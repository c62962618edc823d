import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Guid } from '../../base/guid.ts'
import type { Access } from '../bearer.ts'
import { startGrants } from '../grants/test-grants.ts'

async function startAccesses(t: TestContext) {
  const started = await startGrants(t)
  const { identity, signIn, createClient, post, clock } = started
  const accessOf = async (accessToken: string): Promise<Access> => {
    const headers = { authorization: `Bearer ${accessToken}` }
    return (await identity.bearer({ method: 'GET', url: '/globalpci/v1/sessions', headers })).access
  }
  const backend = await createClient()
  const speaker = { clientId: backend.clientId, clientSecret: backend.clientSecret ?? null }
  const answer = await post('token', { grant_type: 'client_credentials', scope: 'globalpci' }, speaker)
  const held = await signIn()
  const own = answer.json().access_token as string
  await clock.advance(1)
  return {
    ...started,
    held,
    speaker,
    backendToken: own,
    backend: await accessOf(own),
    person: await accessOf(held.accessToken),
    /** Which of the two accesses have ended. */
    async ended(this: { backend: Access; person: Access }): Promise<string[]> {
      const both = [this.backend, this.person].map((access) => ({
        ...access,
        name: access === this.backend ? 'backend' : 'person',
      }))
      return (await identity.findEnded(both)).map(({ name }) => name)
    },
  }
}

type Started = Awaited<ReturnType<typeof startAccesses>>

const ways: Readonly<Record<string, readonly [(started: Started) => Promise<unknown>, readonly string[]]>> = {
  'the person is disabled': [(s) => s.identity.users.setDisabled(s.userId, 'disabled'), ['person']],
  'the person is disabled and enabled again': [
    async (s) => {
      await s.identity.users.setDisabled(s.userId, 'disabled')
      await s.identity.users.setDisabled(s.userId, 'enabled')
    },
    ['person'],
  ],
  'the person is deleted': [(s) => s.identity.users.delete(s.userId), ['person']],
  'the person’s password is changed': [
    (s) => s.identity.users.setPassword(s.userId, 'another battery staple'),
    ['person'],
  ],
  'the person becomes another agent': [
    (s) => s.identity.users.edit(s.userId, { agentId: 'agent2' }),
    ['person'],
  ],
  'the person becomes no agent': [(s) => s.identity.users.edit(s.userId, { agentId: null }), ['person']],
  'the person gets another licence': [(s) => s.identity.users.edit(s.userId, { licence: 'supervisor' }), []],
  'the person’s token is revoked': [(s) => s.post('revocation', { token: s.held.accessToken }), ['person']],
  'the person’s grant is revoked by its refresh token': [
    (s) => s.post('revocation', { token: s.held.refreshToken }),
    ['person'],
  ],
  'the person’s refresh token is used twice, as by a thief': [
    async (s) => {
      await s.refresh(s.held.refreshToken)
      await s.refresh(s.held.refreshToken)
    },
    ['person'],
  ],
  'the person’s client is disabled': [
    (s) => s.identity.clients.setDisabled(s.clientId, 'disabled'),
    ['person'],
  ],
  'the person’s client is deleted': [(s) => s.identity.clients.delete(s.clientId), ['person']],
  'the back end’s client is disabled': [
    (s) => s.identity.clients.setDisabled(s.speaker.clientId, 'disabled'),
    ['backend'],
  ],
  'the back end’s client is deleted': [(s) => s.identity.clients.delete(s.speaker.clientId), ['backend']],
  'the back end gives its token back': [
    (s) => s.post('revocation', { token: s.backendToken }, s.speaker),
    [],
  ],
  'the person is of another account': [
    async (s) => {
      const { id } = await s.identity.accounts.create({ name: 'Elsewhere', production: false })
      const move = s.store.prepare((db, p: { id: Guid; to: number }) =>
        db.updateTable('user').set({ account_id: p.to }).where('id', '=', p.id),
      )
      await s.store.write((tx) => move.run(tx, { id: s.userId, to: id }))
    },
    ['person'],
  ],
  'both tokens have expired': [(s) => s.clock.advance(2 * 3_600_000), []],
}

for (const [name, [happens, expected]] of Object.entries(ways)) {
  test(`${name}: ${expected.length === 0 ? 'no access' : `the access of ${expected.join(' and ')}`} has ended`, async (t) => {
    const started = await startAccesses(t)
    assert.deepEqual(await started.ended(), [])
    await happens(started)
    assert.deepEqual(await started.ended(), expected)
  })
}

test('what was opened by a later token of the same person stands', async (t) => {
  const { identity, person, userId, clock } = await startAccesses(t)
  await identity.users.setPassword(userId, 'another battery staple')
  await clock.advance(1)
  const later = { ...person, jti: 'another' as Guid, madeAt: clock.now() }
  assert.deepEqual(await identity.findEnded([person, later]), [person])
})

test('a token that a back end gives back has ended itself, for what goes on by it', async (t) => {
  const { identity, backend, person, post, backendToken, speaker } = await startAccesses(t)
  assert.deepEqual(await identity.findEnded([backend, person], 'token'), [])
  await post('revocation', { token: backendToken }, speaker)
  assert.deepEqual(await identity.findEnded([backend, person], 'token'), [backend])
})
