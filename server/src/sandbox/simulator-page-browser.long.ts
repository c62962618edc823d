import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { english } from '../../../web/src/simulator/texts-en.ts'
import { assertAccessible, sharedBrowser } from '../../test/harness/test-browser.ts'
import { testSecondTab } from './test-second-tab.ts'
import { openSimulator } from './test-simulator.ts'
import { testLooks } from './test-simulator-looks.ts'

const run = promisify(execFile)
const browser = await sharedBrowser()
const { scenarios, lines, telephone, program } = english

test('a card is entered by hand, on the computer’s keyboard and by clicking the keys', async (t) => {
  const { page, says, view, hears, complaints } = await openSimulator(t, browser)
  const own = page.getByRole('button', { name: scenarios['by-hand'] })
  await own.focus()
  await page.keyboard.press('Enter')
  await says(lines['your-turn'])
  await page.getByText(telephone.secured).waitFor()
  await page.getByRole('button', { name: '5', exact: true }).focus()
  await page.keyboard.type('4111111111111111#', { delay: 20 })
  await hears('Please enter the expiry date')
  for (const key of '1230') await page.getByRole('button', { name: key, exact: true }).click()
  await hears('Please enter the three digits')
  await page.getByRole('button', { name: '1', exact: true }).click()
  await page.getByRole('button', { name: '2', exact: true }).click()
  await page.getByRole('button', { name: '3', exact: true }).click()
  await page.getByRole('button', { name: telephone.key('#'), exact: true }).click()
  await hears('Press 1 to pay')
  await page.keyboard.press('1')
  await view.getByRole('heading', { name: 'Paid', exact: true }).waitFor()
  assert.deepEqual(complaints, [])
})

test('the program’s column shows its requests alone, tokens cut, and never a key of the caller', async (t) => {
  const { page, play, exchanges } = await openSimulator(t, browser)
  await play(scenarios['wrong-digits'])
  await page.locator('.narration.ended').waitFor()
  const all = await exchanges()
  assert.deepEqual(
    all.filter(({ method }) => method === 'POST').map(({ path }) => path),
    ['/auth/connect/token', '/globalpci/v1/session'],
  )
  assert.ok(all.every(({ path, status }) => status === '200' && !path.includes('/sandbox')))
  const [token, session] = all
  assert.match(token?.request ?? '', /grant_type=client_credentials.*client_secret=.{12}…$/s)
  assert.match(token?.answer ?? '', /"access_token": "eyJ.{9}…"/)
  assert.match(session?.answer ?? '', /"agentAccessToken": ".{12}…"/)
  const column = (await page.locator('.log').textContent()) ?? ''
  assert.doesNotMatch(column.replace(/[\s"-]/g, ''), /4111111111111/)
})

test('a request is copied as a line for a terminal that works there', async (t) => {
  const { context, page, play } = await openSimulator(t, browser)
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await play(scenarios['hang-up'])
  await page.locator('.narration.ended').waitFor()
  await page.locator('.log summary').first().click()
  await page.getByRole('button', { name: program.copy }).first().click()
  await page.getByRole('button', { name: program.copied }).waitFor()
  const line: unknown = await page.evaluate('navigator.clipboard.readText()')
  assert.match(String(line), /^curl 'http:\/\/127\.0\.0\.1:\d+\/auth\/connect\/token' /)
  const { stdout } = await run('sh', ['-c', String(line)])
  assert.equal(JSON.parse(stdout).token_type, 'Bearer')
})

test('a session is cancelled by the program’s button, and a scenario by stopping', async (t) => {
  const { page, play, says, view, exchanges } = await openSimulator(t, browser)
  await play(scenarios['by-hand'])
  await says(lines['your-turn'])
  await page.getByRole('button', { name: program.cancel }).click()
  await view.getByRole('heading', { name: 'Cancelled', exact: true }).waitFor()
  await says(lines['end-cancelled'])
  assert.ok((await exchanges()).some(({ path }) => path.endsWith('/cancel')))
  await page.getByRole('button', { name: telephone.hangUp }).click()
  await page.getByRole('button', { name: telephone.pickUp }).click()
  await says(lines['your-turn'])
  await page.getByRole('button', { name: english.stop }).click()
  await says(lines.stopped)
  assert.ok((await exchanges()).some(({ path }) => path.endsWith('/cancel')))
})

test('no other host is asked', async (t) => {
  const { page, play, requested, origin } = await openSimulator(t, browser)
  await play(scenarios.approved)
  await page.locator('.narration.ended').waitFor()
  assert.deepEqual(
    requested.filter((url) => new URL(url).origin !== origin),
    [],
  )
})

test('under another name of this machine, and in another region, it works alike', async (t) => {
  const { page, play, view, hears, tonegate } = await openSimulator(t, browser, { regions: 'nam,emea' })
  for (const host of ['localhost', 'emea.localhost']) {
    await page.goto(`http://${host}:${tonegate.port}/sandbox?keyGap=0`)
    await play(scenarios.approved)
    await view.getByRole('heading', { name: 'Paid', exact: true }).waitFor()
    await hears('Your payment of £12.40 was successful. Thank you.')
  }
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the reference is accessible, and leads back, ${colorScheme}`, async (t) => {
    const { page } = await openSimulator(t, browser, { colorScheme, viewport: { width: 320, height: 640 } })
    await page.getByRole('link', { name: english.reference }).click()
    await page.getByRole('heading', { name: 'Test cards' }).waitFor()
    await assertAccessible(page, colorScheme)
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 320)
    await page.getByRole('link', { name: 'Simulator' }).click()
    await page.getByRole('button', { name: scenarios.approved }).waitFor()
  })
}

for (const look of [
  { width: 1440, colorScheme: 'dark', language: 'en' },
  { width: 320, colorScheme: 'light', language: 'de' },
] as const) {
  testLooks(browser, look)
}

testSecondTab(browser, 'en')

test('a tab that is left hangs up, so that its agent is free', async (t) => {
  const { context, page, origin } = await openSimulator(t, browser)
  await page.locator('.own button').click()
  await page.locator('.call.connected').waitFor()
  await page.goto('about:blank')
  const second = await context.newPage()
  await second.goto(`${origin}/sandbox?keyGap=0`)
  await second.locator('.own button').click()
  await second.locator('.call.connected').waitFor()
  await second.locator('.bar').getByText('agent12345').waitFor()
})
