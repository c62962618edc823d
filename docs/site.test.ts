import assert from 'node:assert/strict'
import { existsSync, globSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../server/src/base/clock.ts'
import { createBuiltSite } from '../server/src/sandbox/docs/built-site.ts'
import { createSandboxClock } from '../server/src/sandbox/time/sandbox-clock.ts'
import { assertAccessible, sharedBrowser } from '../server/test/harness/test-browser.ts'
import { startTestTonegate } from '../server/test/harness/test-tonegate.ts'

const browser = await sharedBrowser()
const site = createBuiltSite()
assert.equal(await site.settled(), 'ready', 'npm run docs:build')

/** Pictures are saved here, where it is set. */
const shots = process.env.TONEGATE_SHOTS

type Browser = typeof browser
type Page = Awaited<ReturnType<Browser['newPage']>>
type Looks = Parameters<Browser['newContext']>[0]

/** A page of the site, served by a sandbox, and what it has complained of or asked elsewhere for. */
async function openSite(t: TestContext, path: string, looks: Looks = {}) {
  const tonegate = await startTestTonegate(t, { clock: createSandboxClock(systemClock) })
  const context = await browser.newContext(looks)
  t.after(() => context.close())
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', ({ message }) => complaints.push(message))
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(`${tonegate.origin}/`) && !url.startsWith('data:'))
      complaints.push(`asked for ${url}`)
  })
  await page.goto(`${tonegate.origin}/docs/${path}`, { waitUntil: 'networkidle' })
  return { ...tonegate, page, complaints }
}

async function saveShot(page: Page, name: string): Promise<void> {
  if (shots === undefined) return
  mkdirSync(shots, { recursive: true })
  await page.screenshot({ path: join(shots, `site-${name}.png`) })
}

for (const [width, height] of [
  [390, 844],
  [1440, 900],
] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [name, path] of [
      ['home', ''],
      ['concepts', 'concepts'],
      ['errors', 'errors#quota-exceeded-429'],
      ['reference', 'api/sessions'],
      ['long', 'authentication'],
    ] as const) {
      test(`axe finds nothing on ${name} at ${width}, ${colorScheme}`, async (t) => {
        const { page, complaints } = await openSite(t, path, { viewport: { width, height }, colorScheme })
        if (name === 'reference') await page.getByRole('button', { name: 'Try it' }).first().click()
        await assertAccessible(page)
        assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true)
        assert.deepEqual(complaints, [])
        await saveShot(page, `${name}-${width}-${colorScheme}`)
      })
    }
  }
}

test('the search finds a section by its words, by keyboard alone, and asks nobody else', async (t) => {
  const { page, complaints } = await openSite(t, '', { viewport: { width: 1440, height: 900 } })
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').waitFor()
  await page.keyboard.type('insufficient funds')
  await page.locator('.result').first().waitFor()
  await assertAccessible(page)
  await saveShot(page, 'search-1440-light')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/docs\/(?!$)/)
  assert.deepEqual(complaints, [])
})

test('a page that is led to inside the site keeps to the policy, and its columns stand where they are to', async (t) => {
  const { page, complaints } = await openSite(t, 'scale', { viewport: { width: 1440, height: 900 } })
  await page.locator('.VPSidebar').getByRole('link', { name: 'Performance' }).click()
  const side = page.locator('td.to-the-right').first()
  await side.waitFor()
  assert.equal(
    await page.evaluate("getComputedStyle(document.querySelector('td.to-the-right')).textAlign"),
    'right',
  )
  assert.deepEqual(complaints, [])
})

test('no page of the site has an inline style, also where a script makes it', () => {
  const styled = globSync(['**/*.html', 'assets/*.md.*.js'], { cwd: site.directory }).filter((file) =>
    / style=\\?"/.test(readFileSync(join(site.directory, file), 'utf8')),
  )
  assert.deepEqual(styled, [])
})

test('what stands in braces stays, in a heading too', () => {
  assert.match(
    readFileSync(join(site.directory, 'performance.html'), 'utf8'),
    />GET \/v1\/session\/\{sessionGuid\} </,
  )
})

test('the chosen scheme stays, and is there before anything is painted', async (t) => {
  const { page, complaints } = await openSite(t, '', {
    viewport: { width: 1440, height: 900 },
    colorScheme: 'light',
  })
  const isDark = () => page.evaluate<boolean>("document.documentElement.classList.contains('dark')")
  assert.equal(await isDark(), false)
  await page.getByRole('switch').first().click()
  assert.equal(await isDark(), true)
  await page.reload({ waitUntil: 'commit' })
  await page.waitForFunction("document.readyState !== 'loading'")
  assert.equal(await isDark(), true)
  assert.deepEqual(complaints, [])
})

async function openForm(page: Page, operation: string) {
  await page.locator(`#${operation.toLowerCase()} ~ .try-it button`).first().click()
  return page.getByRole('form', { name: `Try ${operation}` })
}

async function answerTo(page: Page, operation: string): Promise<string> {
  const form = await openForm(page, operation)
  await form.getByRole('button', { name: 'Send' }).click()
  await form.locator('.try-status').waitFor()
  return (await form.textContent()) ?? ''
}

test('operations are tried against the sandbox, and the next form has the session of the one before', async (t) => {
  const { page, complaints } = await openSite(t, 'api/sessions')
  const create = await openForm(page, 'createSession')
  await create.getByLabel('Body').fill(
    JSON.stringify({
      agentId: 'agent7',
      skipCallTransfer: true,
      paymentData: { Amount: '12.40', Currency: 'GBP' },
    }),
  )
  await create.getByRole('button', { name: 'Send' }).click()
  await create.getByText('"sessionGuid"').waitFor()
  assert.match((await create.locator('.try-status').textContent()) ?? '', /^200 after \d+ ms$/)
  assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true)

  const get = await openForm(page, 'getSession')
  await get.getByRole('button', { name: 'Send' }).click()
  await get.getByText('"sessionState": "Created"').waitFor()
  assert.deepEqual(complaints, [])
  await get.getByLabel(/sessionGuid/).fill('none')
  await get.getByRole('button', { name: 'Send' }).click()
  await get.getByRole('link', { name: 'what to do' }).click()
  await page.waitForURL(/\/docs\/errors#not-found-404$/)
})

test('calls, the provider contract and tokens are tried with nothing filled in', async (t) => {
  const { page, complaints } = await openSite(t, 'api/calls')
  assert.match(await answerTo(page, 'reportCall'), /200 after.*"agentId": "agent7"/s)
  await page.getByRole('link', { name: 'Provider', exact: true }).click()
  assert.match(await answerTo(page, 'requestProviderToken'), /200 after.*"tenantName"/s)
  assert.match(await answerTo(page, 'launchSession'), /200 after.*"LinkId"/s)
  assert.match(await answerTo(page, 'getProviderSession'), /200 after.*"State": "Created"/s)
  await page.getByRole('link', { name: 'Tokens', exact: true }).click()
  assert.match(await answerTo(page, 'introspectToken'), /200 after.*"active": true/s)
  assert.deepEqual(complaints, [])
})

test('a payment to refund is taken by a button, and after a reset of the sandbox a new token is used', async (t) => {
  const { page, post, complaints } = await openSite(t, 'api/payments')
  const refund = await openForm(page, 'refundPayment')
  for (const isReset of [false, true]) {
    if (isReset) await post('/sandbox/reset', {})
    await refund.getByRole('button', { name: 'Take a payment first' }).click()
    await refund.getByRole('button', { name: 'Send' }).click()
    await refund.getByText('"type": "refund"').waitFor()
  }
  assert.deepEqual(
    complaints.filter((each) => !each.includes('401')),
    [],
  )
})

test('a stream is shown as it comes, until it is stopped', async (t) => {
  const { page, post, complaints } = await openSite(t, 'api/sessions')
  await answerTo(page, 'createSession')
  const follow = await openForm(page, 'followSession')
  await follow.getByRole('button', { name: 'Send' }).click()
  await follow.getByRole('button', { name: 'Stop' }).waitFor()
  const sessionGuid = await follow.getByLabel(/sessionGuid/).inputValue()
  await post(`/sandbox/sessions/${sessionGuid}/keys`, { keys: '4111111111111111#' })
  await follow.getByText('field-complete').waitFor()
  await follow.getByRole('button', { name: 'Stop' }).click()
  await follow.getByRole('button', { name: 'Send' }).waitFor()
  assert.equal(await follow.locator('.bad').count(), 0)
  assert.deepEqual(complaints, [])
})

test('a page for people is opened beside the documentation', async (t) => {
  const { page, complaints } = await openSite(t, 'api/sign-in')
  const form = await openForm(page, 'authorize')
  await form.locator('input[value="S256"]').waitFor()
  const opening = page.context().waitForEvent('page')
  await form.getByRole('button', { name: 'Open in a new tab' }).click()
  const opened = await opening
  await opened.getByLabel('Username').waitFor()
  assert.deepEqual(complaints, [])
})

test('without scripts the navigation is below the text, and an address of no page leads to the first', async (t) => {
  const { page, origin } = await openSite(t, 'quick-start', {
    viewport: { width: 390, height: 844 },
    javaScriptEnabled: false,
  })
  const place = async (text: string) =>
    (await page.getByRole('link', { name: text, exact: true }).first().boundingBox())?.y ?? assert.fail(text)
  assert.ok((await place('Webhooks')) > (await place('The Payment API in words')))
  assert.equal(await page.getByRole('link', { name: 'PCI DSS', exact: true }).isVisible(), true)
  assert.equal(await page.getByRole('button', { name: 'Search' }).isVisible(), false)
  await saveShot(page, 'without-scripts-390')
  await page.goto(`${origin}/docs/nothing`)
  await page.getByRole('link', { name: 'To the first page' }).click()
  await page.waitForURL(/\/docs\/$/)
})

test('on paper a page is its text, dark on white, also for those who read in the dark', async (t) => {
  const { page } = await openSite(t, 'api/sessions', { colorScheme: 'dark' })
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  for (const name of ['.VPNav', '.VPSidebar', '.VPDocFooter', '.try-it'])
    assert.equal(await page.locator(name).first().isVisible(), false, name)
  const dark = await page.evaluate<string[]>(
    `['.vp-doc p', '.vp-doc td', '.shiki .line span'].map((name) => getComputedStyle(document.querySelector(name)).color)`,
  )
  for (const color of dark) {
    const [red = 255, green = 255, blue = 255] = (color.match(/\d+/g) ?? []).map(Number)
    assert.ok(red + green + blue < 330, color)
  }
  await saveShot(page, 'on-paper')
})

test('every page of the navigation is reached from the one before, without a complaint', async (t) => {
  const { page, complaints } = await openSite(t, '', { viewport: { width: 1440, height: 900 } })
  const links = await page.evaluate<string[]>(
    "[...document.querySelectorAll('.VPSidebar a')].map((link) => link.getAttribute('href'))",
  )
  assert.ok(links.length > 60)
  for (const link of links.slice(1)) {
    await page.evaluate(`document.querySelector('.VPSidebar a[href="${link}"]').click()`)
    await page.locator(`.vp-doc.${link.replaceAll('/', '_')}`).waitFor()
    assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true, link)
  }
  assert.deepEqual(complaints, [])
})

test('every link of every page leads to a page, a section or a file that is there', () => {
  const pages = new Map(
    globSync('**/*.html', { cwd: site.directory }).map((file) => {
      const text = readFileSync(join(site.directory, file), 'utf8')
      const ids = new Set([...text.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id))
      return [file.replace(/\.html$/, '').replace(/(^|\/)index$/, '$1'), { text, ids }] as const
    }),
  )
  assert.ok(pages.size > 40)
  const dead: string[] = []
  for (const [name, { text }] of pages) {
    for (const [, address = ''] of text.matchAll(/\b(?:href|src)="([^"]+)"/g)) {
      if (/^[a-z]+:/.test(address)) continue
      const [path = '', section] = decodeURI(address).split('#')
      const target = path === '' ? name : path.replace(/^\/docs\//, '')
      const page = pages.get(target)
      if (page ? section && !page.ids.has(section) : !existsSync(join(site.directory, target))) {
        dead.push(`${name}: ${address}`)
      }
    }
  }
  assert.deepEqual(dead, [])
  const undrawn = [...pages].filter(([, { text }]) => text.includes('language-mermaid'))
  assert.deepEqual(
    undrawn.map(([name]) => name),
    [],
    'pictures are files: no page has a script that draws them',
  )
})
