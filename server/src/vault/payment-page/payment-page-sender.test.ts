import assert from 'node:assert/strict'
import { test } from 'node:test'
import { browserInputNames } from '@tonegate/protocol/payment-page-data'
import { openTestSession, testGuid, testSecret } from '../test-sessions.ts'
import { startVaultRoutes } from '../test-vault-routes.ts'
import { readCardSender } from './payment-page-sender.ts'

const accept = 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8'
const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0'
const headers = { accept, 'user-agent': userAgent, 'accept-language': 'pl-PL,pl;q=0.9,en;q=0.5' }
const told = {
  acceptHeader: accept,
  colorDepth: '24',
  javaEnabled: 'false',
  language: 'pl',
  screenHeight: '1080',
  screenWidth: '1920',
  timeZoneOffset: '-60',
}

const formOf = (values: Readonly<Record<string, string>>) => {
  const names: Readonly<Record<string, string>> = browserInputNames
  const form = new Map(Object.entries(values).map(([name, value]) => [names[name], value]))
  return { get: (name: string) => form.get(name) ?? null }
}

const read = (values: Readonly<Record<string, string>>, more: Readonly<Record<string, string>> = headers) =>
  readCardSender({ headers: more, ip: '203.0.113.7' }, formOf(values))

test('a page whose script runs tells all that the bank wants to know of the browser', () => {
  assert.deepEqual(read(told, { ...headers, accept: 'application/json' }), {
    clientAddress: '203.0.113.7',
    browser: {
      acceptHeader: accept,
      userAgent,
      language: 'pl',
      javaScriptEnabled: true,
      javaEnabled: false,
      colorDepth: 24,
      screenHeight: 1080,
      screenWidth: 1920,
      timeZoneOffset: -60,
    },
  })
})

test('without a script it is known what every request tells, and nothing is made up', () => {
  assert.deepEqual(read({}), {
    clientAddress: '203.0.113.7',
    browser: { acceptHeader: accept, userAgent, language: 'pl-PL', javaScriptEnabled: false },
  })
  assert.deepEqual(read({}, {}).browser, { javaScriptEnabled: false })
})

for (const [name, values] of [
  ['colorDepth', ['25', '-24', '024', '24.0', 'x', '']],
  ['javaEnabled', ['yes', 'TRUE', '1', '']],
  ['screenHeight', ['-1', '1e3', '1000000', '99999999999999999999', '10.5', '']],
  ['screenWidth', ['-1', '1e3', '1000000', ' 10', '']],
  ['timeZoneOffset', ['1441', '-1441', 'NaN', '+60', '']],
  ['language', ['', 'p', 'pl PL', 'pl_PL', `pl${'-aaaaaaaa'.repeat(4)}`, '"><script>']],
  ['acceptHeader', ['', 'a\r\nb', 'a\u0000', 'ą', 'a'.repeat(2049)]],
] as const) {
  test(`a ${name} that cannot be one is left out, and all else is told`, () => {
    for (const value of values) {
      const { browser } = read({ ...told, [name]: value })
      assert.ok(!(name in browser), JSON.stringify(value))
      assert.equal(Object.keys(browser).length, 8)
    }
  })
}

test('what the bank may be told at its bounds is told', () => {
  const { browser } = read({ ...told, screenHeight: '999999', screenWidth: '0', timeZoneOffset: '1440' })
  assert.deepEqual([browser.screenHeight, browser.screenWidth, browser.timeZoneOffset], [999_999, 0, 1440])
  for (const depth of [1, 4, 8, 15, 16, 24, 30, 32, 48]) {
    assert.equal(read({ ...told, colorDepth: String(depth) }).browser.colorDepth, depth)
  }
})

test('the page hands its script the header that the script cannot read, and its form is heard', async () => {
  const { app, session } = startVaultRoutes([openTestSession()])
  const url = `/pay/${testGuid}/${testSecret}`
  const page = await app.inject({ url, headers: { accept: `${accept},"</script>` } })
  assert.ok(page.body.includes(`"accept":"${accept},`))
  assert.ok(!page.body.includes('"</script>'))
  const names: Readonly<Record<string, string>> = browserInputNames
  const fields = Object.entries(told).map(([name, value]) => [names[name] ?? '', value])
  const card = { cardNumber: '4111 1111 1111 1111', expiry: '12/30', securityCode: '123' }
  await app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    payload: new URLSearchParams([...Object.entries(card), ...fields] as [string, string][]).toString(),
  })
  assert.equal(session.senders[0]?.browser.timeZoneOffset, -60)
  assert.equal(session.senders[0]?.clientAddress, '127.0.0.1')
})
