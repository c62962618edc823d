import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { readAnswer } from './test-authorize.ts'
import { password, startInteraction } from './test-interaction.ts'

/** Ada, signed in, and ID tokens as clients have them. */
async function startHinted(t: TestContext) {
  const started = await startInteraction(t)
  const { signedIn, issueIdToken, users, identity, account, adaId, clientId } = started
  const { id: bobId } = await identity.users.create({
    accountId: account.id,
    username: 'bob',
    displayName: 'Bob Grey',
    password,
    agentId: null,
    licence: 'agent',
  })
  async function hintOf(userId: typeof adaId, audience: string = clientId): Promise<string> {
    const user = (await users.find(userId)) ?? assert.fail('no such person')
    return issueIdToken({
      client: { id: audience } as never,
      user,
      scope: 'openid',
      nonce: null,
      authenticatedAt: 0,
      accessToken: 'a',
      signInId: null,
    })
  }
  const errorOf = (answer: Parameters<typeof readAnswer>[0]) => readAnswer(answer).members.error
  return { ...started, ada: await signedIn(), bobId, hintOf, errorOf }
}

test('with another person’s hint and prompt=none nobody’s code is given', async (t) => {
  const { ada, request, hintOf, bobId, errorOf } = await startHinted(t)
  const answer = await ada.visit(request({ prompt: 'none', id_token_hint: await hintOf(bobId) }))
  assert.equal(errorOf(answer), 'login_required')
  assert.equal(readAnswer(answer).members.code, undefined)
})

test('with one’s own hint the code is given, expired or another client’s as it may be', async (t) => {
  const { ada, request, hintOf, adaId, clock } = await startHinted(t)
  const hint = await hintOf(adaId)
  const ofAnother = await hintOf(adaId, '3f2b8c1e-0000-4000-8000-000000000000')
  await clock.advance(3_700_000)
  for (const id_token_hint of [hint, ofAnother]) {
    for (const prompt of [{ prompt: 'none' }, {}]) {
      const answer = await ada.visit(request({ ...prompt, id_token_hint }))
      assert.equal(readAnswer(answer).members.code, 'the-code')
    }
  }
})

test('implicit is no way around the hint', async (t) => {
  const { createClient, ada, request, hintOf, bobId, errorOf } = await startHinted(t)
  const redirect_uri = 'https://page.example.com/cb'
  const page = await createClient({
    clientType: 'public',
    flows: ['implicit'],
    scopes: ['globalpci'],
    redirectUris: [redirect_uri],
  })
  const asked = { client_id: page.clientId, redirect_uri, response_type: 'token', scope: 'globalpci' }
  const answer = await ada.visit(request({ ...asked, prompt: 'none', id_token_hint: await hintOf(bobId) }))
  assert.equal(errorOf(answer), 'login_required')
})

test('without prompt=none that person is asked to sign in, and nobody else is let in instead', async (t) => {
  const { ada, request, hintOf, bobId } = await startHinted(t)
  const page = await ada.visit(request({ id_token_hint: await hintOf(bobId) }))
  assert.equal(page.statusCode, 200)
  assert.match(page.body, /expects a different user/)
  const wrong = await ada.submitAndLoad(page, { username: 'ada', password })
  assert.equal(wrong.statusCode, 200)
  assert.match(wrong.body, /expects a different user/)
  const right = await ada.submit(wrong, { username: 'bob', password })
  assert.equal(right.statusCode, 303)
  const [location = ''] = [right.headers.location].flat()
  assert.doesNotMatch(location, /id_token_hint/)
  assert.equal(readAnswer(await ada.visit(location)).members.code, 'the-code')
  const asked = await ada.visit(request({ prompt: 'none', id_token_hint: await hintOf(bobId) }))
  assert.equal(readAnswer(asked).members.code, 'the-code', 'now it is the person that is meant')
})

const unreadable = ['x', 'a.b.c', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.', `${'x'.repeat(500)}.y.z`]

test('a hint that is no ID token of ours names nobody: somebody has to sign in', async (t) => {
  const { ada, request, hintOf, adaId, errorOf } = await startHinted(t)
  const forged = (await hintOf(adaId)).replace(/.{4}$/, 'AAAA')
  for (const id_token_hint of [...unreadable, forged]) {
    assert.equal(errorOf(await ada.visit(request({ prompt: 'none', id_token_hint }))), 'login_required')
    const page = await ada.visit(request({ id_token_hint }))
    assert.equal(page.statusCode, 200, id_token_hint)
    const back = await ada.submit(page, { username: 'ada', password })
    assert.equal(readAnswer(await ada.visit(String(back.headers.location))).members.code, 'the-code')
  }
})
