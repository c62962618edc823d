import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestTonegate } from '../../test/harness/test-tonegate.ts'
import { welcome } from './welcome.ts'

test('the sandbox’s page lists its clients and people, and none of their secrets', async (t) => {
  const { send, tonegate } = await startTestTonegate(t, { environment: { TONEGATE_REGIONS: 'nam' } })
  const page = (await send('/sandbox/reference')).text
  const region = tonegate.sandbox?.regions.nam
  assert.ok(region)
  for (const { name, clientId, clientSecret } of region.clients) {
    assert.ok(page.includes(`<td>${name}</td>`))
    assert.ok(page.includes(clientId))
    assert.ok(clientSecret === undefined || !page.includes(clientSecret))
  }
  for (const { username, displayName, password } of region.users) {
    assert.ok(page.includes(`<td><code>${username}</code></td><td>${displayName}</td>`))
    assert.ok(!page.includes(password))
  }
})

test('the welcome names the clients and people, and shows the one secret of its line', async (t) => {
  const { tonegate } = await startTestTonegate(t, { environment: { TONEGATE_REGIONS: 'nam' } })
  assert.ok(tonegate.sandbox)
  const text = welcome(tonegate.sandbox)
  assert.match(text, /Users: agent, supervisor, administrator\./)
  assert.match(text, /backend, store, legacy, browser, resource-server\./)
  const [backend, ...others] = tonegate.sandbox.regions.nam?.clients ?? []
  assert.ok(backend?.clientSecret && text.includes(backend.clientSecret))
  assert.ok(others.every(({ clientSecret }) => clientSecret === undefined || !text.includes(clientSecret)))
})
