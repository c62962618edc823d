import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { assertAccessible, sharedBrowser } from '../../../../test/harness/test-browser.ts'
import { readBrowserAssets, registerBrowserAssets } from '../../../http/browser-assets.ts'
import { password, startInteraction } from '../test-interaction.ts'

const browser = await sharedBrowser()

/** A client's site: its callback sends the browser on to another host, as many do. */
async function startDesktop(t: TestContext) {
  let page = ''
  const server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo
    const url = new URL(request.url ?? '/', 'http://here.example')
    if (url.pathname === '/cb') {
      const outcome = url.searchParams.get('code') ?? url.searchParams.get('error')
      response.writeHead(302, { location: `http://localhost:${port}/desk?${outcome}` }).end()
    } else {
      response.setHeader('content-type', 'text/html').end(page || `<h1>The desktop ${url.search}</h1>`)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    redirectUri: `http://127.0.0.1:${port}/cb`,
    /** Another site than ours. */
    origin: `http://localhost:${port}`,
    show(markup: string) {
      page = markup
    },
  }
}

async function openSite(t: TestContext, options: BrowserContextOptions = {}) {
  const desktop = await startDesktop(t)
  const assets = readBrowserAssets()
  const started = await startInteraction(t, {
    issuer: 'http://127.0.0.1/auth',
    stylesheet: assets.pages.stylesheet,
    client: { shared: true, redirectUris: [desktop.redirectUri] },
  })
  registerBrowserAssets(started.app, assets)
  const site = await started.app.listen({ port: 0, host: '127.0.0.1' })
  const context = await browser.newContext({ viewport: { width: 900, height: 700 }, ...options })
  t.after(() => context.close())
  const page = await context.newPage()
  const address = (changes: Readonly<Record<string, string>> = {}) =>
    site + started.request({ redirect_uri: desktop.redirectUri, ...changes })
  return { ...started, desktop, site, context, page, address }
}

async function signIn(page: Page, username: string, typed = password) {
  await page.getByLabel('Username').fill(username)
  await page.getByLabel('Password').fill(typed)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

for (const javaScriptEnabled of [true, false]) {
  test(`a person signs in and allows, JavaScript ${javaScriptEnabled ? 'on' : 'off'}`, async (t) => {
    const { page, address, context } = await openSite(t, { javaScriptEnabled })
    await page.goto(address())
    await signIn(page, 'zoe', 'not her password')
    await page.getByRole('alert').waitFor()
    assert.equal(await page.getByLabel('Username').inputValue(), 'zoe')
    assert.equal(await page.getByLabel('Password').inputValue(), '')
    await signIn(page, 'zoe')
    await page.getByText('know who you are').waitFor()
    await page.getByRole('button', { name: 'Allow', exact: true }).click()
    await page.getByRole('heading', { name: 'The desktop ?the-code' }).waitFor()
    const cookies = await context.cookies()
    const untilClosed = -1
    assert.deepEqual(
      cookies
        .map(({ name, sameSite, httpOnly, expires }) => [name, sameSite, httpOnly, expires === untilClosed])
        .sort(),
      [
        ['tonegate-browser', 'Lax', true, false],
        ['tonegate-form', 'Lax', true, true],
        ['tonegate-sign-in', 'Lax', true, true],
      ],
    )
    await page.goto(address())
    await page.getByRole('heading', { name: 'The desktop ?the-code' }).waitFor()
  })
}

test('a person signs in and refuses with the keyboard alone', async (t) => {
  const { page, address } = await openSite(t)
  await page.goto(address())
  await page.waitForFunction('document.activeElement?.name === "username"')
  await page.keyboard.type('zoe')
  await page.keyboard.press('Tab')
  await page.keyboard.type(password)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Allow access?' }).waitFor()
  for (const name of ['Allow', 'Do not allow']) {
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate('document.activeElement.textContent'), name)
  }
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'The desktop ?access_denied' }).waitFor()
})

test('another site cannot frame the pages (RFC-52)', async (t) => {
  const { page, address, desktop } = await openSite(t)
  desktop.show(`<iframe src="${address()}"></iframe>`)
  await page.goto(desktop.origin)
  await page.waitForFunction('document.querySelector("iframe").contentDocument === null')
  assert.match(page.frames()[1]?.url() ?? '', /^chrome-error:/)
})

test("another site's form signs nobody in, and nobody out (RFC-19)", async (t) => {
  const { page, address, site, desktop, attempts } = await openSite(t)
  const hidden = (fields: Iterable<readonly [string, string]>) =>
    [...fields].map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`).join('')
  const fields = [...new URL(address()).searchParams, ['username', 'ada'], ['password', password]] as [
    string,
    string,
  ][]
  await page.goto(address())
  desktop.show(
    `<form method="post" action="${site}/auth/sign-in">${hidden(fields)}<button>Win</button></form>`,
  )
  await page.goto(desktop.origin)
  await page.getByRole('button').click()
  await page.getByRole('heading', { name: 'This page has expired' }).waitFor()
  assert.deepEqual(attempts, [])
  await page.getByRole('link', { name: 'Start again' }).click()
  await signIn(page, 'ada')
  await page.getByRole('button', { name: 'Win' }).waitFor()
  desktop.show(`<form method="post" action="${site}/auth/connect/endsession"><button>Win</button></form>`)
  await page.goto(desktop.origin)
  await page.getByRole('button').click()
  await page.getByRole('heading', { name: 'Sign out?' }).waitFor()
  desktop.show('')
  await page.goto(address())
  await page.getByRole('heading', { name: 'The desktop ?the-code' }).waitFor()
})

test("a client's form with an ID token signs the person out at once", async (t) => {
  const { page, address, site, desktop, store, users, adaId, clientId, issueIdToken } = await openSite(t)
  await page.goto(address())
  await signIn(page, 'ada')
  await page.getByRole('heading', { name: 'The desktop' }).waitFor()
  const rows = store.prepare((db, _: object) => db.selectFrom('sign_in').select('id'))
  const [row] = await rows.all(store.reader, {})
  const idToken = await issueIdToken({
    client: { id: clientId } as never,
    user: (await users.find(adaId)) ?? assert.fail(),
    scope: 'openid',
    nonce: null,
    authenticatedAt: 0,
    signInId: row?.id ?? null,
    accessToken: 'a',
  })
  desktop.show(`<form method="post" action="${site}/auth/connect/endsession">
<input type="hidden" name="id_token_hint" value="${idToken}"><button>Sign out</button></form>`)
  await page.goto(desktop.origin)
  await page.getByRole('button').click()
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor()
  assert.deepEqual(await rows.all(store.reader, {}), [])
})

for (const colorScheme of ['light', 'dark'] as const) {
  /** In the dark all has its size already. */
  test(`every page is accessible, fits a telephone and twice the size, ${colorScheme}`, async (t) => {
    const { page, address, site, clientId, answerAttempts } = await openSite(t, { colorScheme })
    const check = async (heading: string) => {
      await page.getByRole('heading', { name: heading }).waitFor()
      await assertAccessible(page, colorScheme)
      if (colorScheme === 'dark') return
      await page.setViewportSize({ width: 320, height: 640 })
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 320, heading)
      await assertAccessible(page, colorScheme)
      await page.setViewportSize({ width: 640, height: 640 })
      await page.evaluate('document.documentElement.style.fontSize = "200%"')
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 640, heading)
      await page.setViewportSize({ width: 900, height: 700 })
    }
    await page.goto(address())
    await check('Sign in')
    await signIn(page, 'zoe', 'wrong')
    await page.getByRole('alert').waitFor()
    await check('Sign in')
    await signIn(page, 'zoe')
    await check('Allow access?')
    await page.getByRole('button', { name: 'Not you?' }).click()
    await check('Sign in')
    await page.goto(address({ prompt: 'login' }))
    await check('Sign in')
    await page.goto(`${site}/auth/connect/endsession?client_id=${clientId}`)
    await check('Sign out?')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await check('You are signed out')
    await page.goto(address({ redirect_uri: 'https://evil.example/' }))
    await check('You cannot sign in to this application')
    await page.goto(address())
    await page.context().clearCookies()
    await signIn(page, 'zoe')
    await check('This page has expired')
    await page.getByRole('link', { name: 'Start again' }).click()
    answerAttempts({ outcome: 'throttled', retryAfterSeconds: 60 })
    await signIn(page, 'zoe')
    await page.getByText('Too many attempts').waitFor()
    await check('Sign in')
  })
}
