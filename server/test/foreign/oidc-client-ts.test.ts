import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { UserManager, UserManagerSettings } from 'oidc-client-ts'
import type { Page } from 'playwright-core'
import { startBrowser } from '../harness/test-browser.ts'
import { listenIdentity } from './test-listening-identity.ts'

/** What the page's script may use. */
declare global {
  var manager: UserManager
}

const library = readFileSync(
  join(
    dirname(createRequire(import.meta.url).resolve('oidc-client-ts/package.json')),
    'dist/browser/oidc-client-ts.min.js',
  ),
)

/** A site of a single page, of another origin than the identity server. */
async function serveSite(t: TestContext): Promise<string> {
  const server = createServer((request, response) => {
    if (request.url === '/oidc.js') return response.setHeader('content-type', 'text/javascript').end(library)
    response
      .setHeader('content-type', 'text/html')
      .end('<!doctype html><title>The agents’ desktop</title><script src="/oidc.js"></script>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function openSite(t: TestContext) {
  const listening = await listenIdentity(t)
  const site = await serveSite(t)
  const { clientId } = await listening.createClient({
    clientType: 'public',
    redirectUris: [`${site}/callback`],
    postLogoutRedirectUris: [`${site}/bye`],
    allowedOrigins: [site],
  })
  const browser = await startBrowser()
  t.after(() => browser.close())
  const page = await browser.newPage()
  const settings: UserManagerSettings = {
    authority: listening.region.issuer,
    client_id: clientId,
    redirect_uri: `${site}/callback`,
    post_logout_redirect_uri: `${site}/bye`,
    scope: 'openid profile globalpci offline_access',
    loadUserInfo: true,
  }
  await page.addInitScript({
    content: `addEventListener('DOMContentLoaded', () => {
      if (globalThis.oidc) globalThis.manager = new oidc.UserManager(${JSON.stringify(settings)})
    })`,
  })
  await page.goto(site)
  return { ...listening, site, page }
}

async function signIn(page: Page, { username, password }: { username: string; password: string }) {
  await page.evaluate(() => void globalThis.manager.signinRedirect({ state: 'where I was' }))
  await page.waitForURL('**/auth/**')
  await page.fill('input[name=username]', username)
  await page.fill('input[name=password]', password)
  await page.click('button[type=submit]')
  await page.waitForURL('**/callback?**')
  return page.evaluate(async () => {
    const user = await globalThis.manager.signinCallback()
    return user && { ...user, profile: user.profile, expired: user.expired ?? null }
  })
}

test('oidc-client-ts in a browser: code with PKCE, userinfo, renewal in the background, sign-out (RFC-42)', async (t) => {
  const { page, person, site, callerOf } = await openSite(t)
  const user = await signIn(page, person)
  assert.equal(user?.profile.name, 'Grace Hopper')
  assert.equal(user?.state, 'where I was')
  assert.equal((await callerOf(user?.access_token ?? '')).agentId, 'agent12345')

  const renewed = await page.evaluate(async () => (await globalThis.manager.signinSilent())?.access_token)
  assert.notEqual(renewed, user?.access_token)
  assert.equal((await callerOf(renewed ?? '')).agentId, 'agent12345')

  await page.evaluate(() => void globalThis.manager.signoutRedirect())
  await page.waitForURL(`${site}/bye**`)
  await page.evaluate(() => void globalThis.manager.signinRedirect())
  await page.waitForSelector('input[name=password]')
})

test('oidc-client-ts renews by itself before a token runs out', async (t) => {
  const { page, person } = await openSite(t)
  const user = await signIn(page, person)
  const renewed = await page.evaluate(async () => {
    const { manager } = globalThis
    const loaded = new Promise<string>((resolve) => {
      manager.events.addUserLoaded(({ access_token }) => resolve(access_token))
    })
    const known = await manager.getUser()
    if (known) {
      known.expires_in = 61
      await manager.events.load(known, false)
    }
    return loaded
  })
  assert.notEqual(renewed, user?.access_token)
})
