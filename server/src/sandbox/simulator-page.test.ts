import assert from 'node:assert/strict'
import { request } from 'node:http'
import { test } from 'node:test'
import type { SimulatorPageData } from '@tonegate/protocol/simulator-page-data'
import { startTestTonegate } from '../../test/harness/test-tonegate.ts'
import { welcome } from './welcome.ts'

const dataOf = (page: string): SimulatorPageData =>
  JSON.parse(/<script type="application\/json" id="simulator-data">(.*?)<\/script>/s.exec(page)?.[1] ?? '')

test('the simulator runs its own script alone, and asks and frames its own host alone', async (t) => {
  const { send } = await startTestTonegate(t, { environment: { TONEGATE_REGIONS: 'nam' } })
  const { headers, text } = await send('/sandbox')
  const policy = headers.get('content-security-policy') ?? ''
  assert.doesNotMatch(policy, /unsafe|\*|http/)
  for (const directive of ["frame-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"]) {
    assert.ok(policy.includes(directive), directive)
  }
  assert.equal(headers.get('cache-control'), 'no-store')
  assert.equal(headers.get('referrer-policy'), 'same-origin')
  assert.doesNotMatch(text, /<script(?! type="(module|application\/json)")/)
})

test('the sandbox’s first page leads to the simulator', async (t) => {
  const { send } = await startTestTonegate(t, { environment: { TONEGATE_REGIONS: 'nam' } })
  const { status, headers } = await send('/', { redirect: 'manual' })
  assert.equal(status, 302)
  assert.equal(headers.get('location'), '/sandbox')
})

test('each region’s simulator is of that region, in the language that is asked for', async (t) => {
  const { send, tonegate } = await startTestTonegate(t)
  assert.equal(tonegate.sandbox?.simulatorUrl.endsWith('/sandbox'), true)
  const nam = dataOf((await send('/sandbox')).text)
  const region = tonegate.sandbox?.regions.nam
  assert.equal(nam.client.clientId, region?.clients.find(({ name }) => name === 'backend')?.clientId)
  assert.equal(nam.apiUrl, region?.apiUrl)
  assert.equal(nam.region, 'nam')
  assert.equal(nam.agent.agentId, 'agent12345')
  const german = await send('/sandbox', { headers: { 'accept-language': 'de-AT, en;q=0.5' } })
  assert.equal(dataOf(german.text).language, 'de')
  assert.match(german.text, /<html lang="de">/)
  const polish = await send('/sandbox?language=pl&keyGap=7', { headers: { 'accept-language': 'de' } })
  assert.equal(dataOf(polish.text).language, 'pl')
  assert.equal(dataOf(polish.text).keyGap, 7)
})

test('another gap or language than there is is refused', async (t) => {
  const { send } = await startTestTonegate(t, { environment: { TONEGATE_REGIONS: 'nam' } })
  for (const query of ['keyGap=-1', 'keyGap=99999', 'keyGap=a', 'language=fr', 'keyGap=1&keyGap=2']) {
    assert.equal((await send(`/sandbox?${query}`)).status, 400, query)
  }
})

test('it is shown under names that belong to the server, and under no name of the internet', async (t) => {
  const { tonegate } = await startTestTonegate(t, { environment: { TONEGATE_REGIONS: 'nam' } })
  const statusAs = (host: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const asked = request({ port: tonegate.port, path: '/sandbox', headers: { host } }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      asked.on('error', reject).end()
    })
  for (const host of [
    '127.0.0.1:8080',
    'localhost',
    'NAM.localhost:1',
    '192.168.1.5:8080',
    '[::1]:8080',
    'tonegate',
  ]) {
    assert.equal(await statusAs(host), 200, host)
  }
  for (const host of [
    'rebound.example',
    'rebound.example:8080',
    '127.0.0.1.rebound.example',
    'localhost.example',
  ]) {
    assert.equal(await statusAs(host), 421, host)
  }
})

test('the welcome leads to the simulator', async (t) => {
  const { tonegate } = await startTestTonegate(t, { environment: { TONEGATE_REGIONS: 'nam' } })
  assert.ok(tonegate.sandbox)
  assert.ok(welcome(tonegate.sandbox).includes(`simulator        ${tonegate.sandbox.simulatorUrl}\n`))
})
