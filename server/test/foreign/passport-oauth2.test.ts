import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import express from 'express'
import session from 'express-session'
import passport from 'passport'
import OAuth2Strategy from 'passport-oauth2'
import { listenIdentity } from './test-listening-identity.ts'

test('a site that signs people in with passport-oauth2: state, PKCE and the secret', async (t) => {
  const { region, createClient, callerOf, signIn } = await listenIdentity(t)
  const site = express()
  const listener = site.listen(0, '127.0.0.1')
  t.after(() => {
    listener.closeAllConnections()
    listener.close()
  })
  await once(listener, 'listening')
  const origin = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`
  const callbackURL = `${origin}/callback`
  const { clientId, clientSecret } = await createClient({ redirectUris: [callbackURL] })

  const strategy = new OAuth2Strategy(
    {
      authorizationURL: `${region.issuer}/connect/authorize`,
      tokenURL: `${region.issuer}/connect/token`,
      clientID: clientId,
      clientSecret,
      callbackURL,
      scope: ['globalpci', 'offline_access'],
      state: true,
      pkce: true,
    },
    (accessToken: string, refreshToken: string, _profile: unknown, done: OAuth2Strategy.VerifyCallback) =>
      done(null, { accessToken, refreshToken }),
  )
  const people = new passport.Passport()
  people.use(strategy)
  site.use(session({ secret: 'of this site', resave: false, saveUninitialized: false }))
  site.use(people.initialize())
  site.get('/sign-in', people.authenticate('oauth2', { session: false }))
  site.get('/callback', people.authenticate('oauth2', { session: false }), (request, response) => {
    response.json(request.user)
  })

  const away = await fetch(`${origin}/sign-in`, { redirect: 'manual' })
  const cookie = away.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ')
  const arrived = await signIn(away.headers.get('location') ?? '')
  const answer = await fetch(arrived, { headers: { cookie } })
  assert.equal(answer.status, 200)
  const { accessToken = '', refreshToken } = (await answer.json()) as Record<string, string>
  assert.equal((await callerOf(accessToken)).agentId, 'agent12345')
  assert.ok(refreshToken)
})
