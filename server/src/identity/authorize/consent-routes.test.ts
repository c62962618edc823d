import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LightMyRequestResponse } from 'fastify'
import { textsOf } from './pages/texts/texts-of.ts'
import { readForm } from './test-authorize.ts'
import { password, startInteraction } from './test-interaction.ts'

const shared = { client: { shared: true } }

const answerOf = (answer: LightMyRequestResponse) =>
  Object.fromEntries(new URL(String(answer.headers.location), 'https://here.example').searchParams)

test('a person of another account is asked, allows, and is asked no second time', async (t) => {
  const { signedIn, request } = await startInteraction(t, shared)
  const zoe = await signedIn('zoe')
  const page = await zoe.visit(request())
  assert.match(page.body, /<title>Allow access\?<\/title>/)
  const answer = await zoe.submit(page, { decision: 'allow' })
  assert.deepEqual([answer.statusCode, answer.headers.location], [303, request()])
  assert.equal(answerOf(await zoe.visit(request())).code, 'the-code')
  assert.equal(answerOf(await (await signedIn('zoe')).visit(request())).code, 'the-code')
})

test('what was allowed grows by what is allowed later', async (t) => {
  const { signedIn, request, interaction, zoeId, clientId } = await startInteraction(t, shared)
  const zoe = await signedIn('zoe')
  const allow = async (scope: string) =>
    zoe.submit(await zoe.visit(request({ scope })), { decision: 'allow' })
  const covers = (scope: string) => interaction.consents.covers(zoeId, clientId, scope)
  assert.equal(await covers('globalpci'), false)
  await allow('globalpci')
  assert.deepEqual([await covers('globalpci'), await covers('globalpci openid')], [true, false])
  await allow('openid profile')
  assert.equal(await covers('profile globalpci openid'), true)
  assert.equal(await covers('globalpc'), false)
  assert.equal(await covers('users:read'), false)
})

const { scopes } = textsOf('en').consent

test('the page says who asks, for what, whom, and where it leads', async (t) => {
  const { signedIn, request } = await startInteraction(t, shared)
  const zoe = await signedIn('zoe')
  const scope = 'openid profile globalpci users:read offline_access'
  const { body } = await zoe.visit(request({ scope }))
  for (const text of [
    '<bdi>Agent desktop</bdi>',
    '<bdi>Harbour Street Books</bdi>',
    '<bdi>Zoë Nowak</bdi>',
    '<bdi>Northern Lights</bdi>',
    '<bdi>desktop.example.com</bdi>',
    scopes.openid,
    scopes.profile,
    scopes.globalpci,
    scopes['users:read'],
    scopes.offline_access,
    'does not belong to your account',
  ]) {
    assert.ok(body.includes(text), text)
  }
})

test('a loopback address and an app are called what they are', async (t) => {
  const redirectUris = ['http://127.0.0.1/cb', 'com.example.desk:/cb']
  const { signedIn, request } = await startInteraction(t, {
    client: {
      shared: true,
      clientType: 'public',
      redirectUris: [...redirectUris, 'https://desktop.example.com/cb'],
    },
  })
  const zoe = await signedIn('zoe')
  const pageFor = async (redirect_uri: string) => (await zoe.visit(request({ redirect_uri }))).body
  assert.match(
    await pageFor('http://127.0.0.1:7777/cb'),
    /a program on this computer \(<bdi>127\.0\.0\.1:7777</,
  )
  assert.match(await pageFor('com.example.desk:/cb'), /an app on this device \(<bdi>com\.example\.desk</)
})

test('a refusal goes to the client with its state, and nothing is kept (RFC-9, RFC-10, RFC-40)', async (t) => {
  const { signedIn, request, interaction, zoeId, clientId } = await startInteraction(t, shared)
  const zoe = await signedIn('zoe')
  for (const decision of ['deny', 'anything else', '']) {
    const answer = await zoe.submit(await zoe.visit(request()), { decision })
    assert.equal(answer.statusCode, 303)
    assert.match(String(answer.headers.location), /^https:\/\/desktop\.example\.com\/cb\?/)
    const { error, state, iss } = answerOf(answer)
    assert.deepEqual([error, state, iss], ['access_denied', 'xyz', 'https://nam.example.com/auth'])
  }
  assert.equal(await interaction.consents.covers(zoeId, clientId, 'openid'), false)
})

test('a person of the same account is asked only where the client wants it', async (t) => {
  const { signedIn, request } = await startInteraction(t)
  const ada = await signedIn()
  assert.equal(answerOf(await ada.visit(request())).code, 'the-code')
  const page = await ada.visit(request({ prompt: 'consent' }))
  assert.doesNotMatch(page.body, /does not belong to your account/)
  const answer = await ada.submit(page, { decision: 'allow' })
  assert.equal(answerOf(await ada.visit(String(answer.headers.location))).code, 'the-code')
})

test('a form that was made for one sign-in or client allows nothing in another (RFC-19)', async (t) => {
  const { signedIn, request, createClient, interaction, zoeId, clientId } = await startInteraction(t, shared)
  const { clientId: otherId } = await createClient({
    name: 'Another desktop',
    shared: true,
    flows: ['authorization_code'],
    scopes: ['openid', 'globalpci'],
    redirectUris: ['https://other.example.com/cb'],
  })
  const zoe = await signedIn('zoe')
  const { action, fields } = readForm((await zoe.visit(request())).body)
  const other = { ...fields, client_id: otherId, redirect_uri: 'https://other.example.com/cb' }
  const allow = async (form: Readonly<Record<string, string>>) =>
    zoe.post(action, new URLSearchParams({ ...form, decision: 'allow' }).toString())
  assert.equal((await allow(other)).statusCode, 403)
  await zoe.submit(await zoe.visit(request({ prompt: 'login' })), { username: 'ada', password })
  const answer = await allow(fields)
  assert.equal(answer.statusCode, 403)
  assert.match(answer.body, /Start again/)
  assert.equal(await interaction.consents.covers(zoeId, clientId, 'openid'), false)
  assert.equal(await interaction.consents.covers(zoeId, otherId, 'openid'), false)
})

test('a larger scope than the page showed is not allowed by its form unseen', async (t) => {
  const { signedIn, request, interaction, zoeId, clientId } = await startInteraction(t, shared)
  const zoe = await signedIn('zoe')
  const { action, fields } = readForm((await zoe.visit(request({ scope: 'openid' }))).body)
  const form = { ...fields, scope: 'openid globalpci', decision: 'allow' }
  const answer = await zoe.post(action, new URLSearchParams(form).toString())
  assert.equal(answer.statusCode, 403)
  assert.equal(await interaction.consents.covers(zoeId, clientId, 'globalpci'), false)
})

test('without a sign-in nothing is allowed', async (t) => {
  const { signedIn, request, browser } = await startInteraction(t, shared)
  const { action, fields } = readForm((await (await signedIn('zoe')).visit(request())).body)
  const form = new URLSearchParams({ ...fields, decision: 'allow' }).toString()
  assert.equal((await browser().post(action, form)).statusCode, 403)
})

test('who is not the one that is signed in can sign in instead', async (t) => {
  const { signedIn, request } = await startInteraction(t, shared)
  const zoe = await signedIn('zoe')
  const page = await zoe.submitAndLoad(await zoe.visit(request()), { decision: 'switch-user' })
  assert.equal(readForm(page.body).fields.username, '')
  const answer = await zoe.submit(page, { username: 'ada', password })
  assert.equal(answerOf(await zoe.visit(String(answer.headers.location))).code, 'the-code')
})

test('two forms at once leave both scopes allowed', async (t) => {
  const { interaction, zoeId, clientId } = await startInteraction(t, shared)
  const { consents } = interaction
  await Promise.all([
    consents.give(zoeId, clientId, 'openid'),
    consents.give(zoeId, clientId, 'globalpci'),
    consents.give(zoeId, clientId, 'openid profile'),
  ])
  assert.equal(await consents.covers(zoeId, clientId, 'openid profile globalpci'), true)
})
