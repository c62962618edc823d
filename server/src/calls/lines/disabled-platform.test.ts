import assert from 'node:assert/strict'
import { get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { until } from '../../../test/harness/test-until.ts'
import { startControlServer, startWithPlatform, testListener } from '../test-telephone.ts'

async function startSecured(t: TestContext) {
  const control = await startControlServer(t)
  const started = await startWithPlatform(t, { settings: { controlUrl: control.controlUrl } })
  const { newGuid, openSessions, process, client } = started
  const [callGuid, sessionGuid] = [newGuid(), newGuid()]
  openSessions.add(sessionGuid)
  await client().put(`/calls/${callGuid}`, { agentId: 'anna' })
  const heard = testListener()
  const { listener } = heard
  await process.secure(callGuid, { sessionGuid, recording: 'continue', listener })
  return { ...started, ...heard, control, callGuid }
}

test('a platform that is disabled in mid-capture gives no more keys, which the session is told, until it is enabled', async (t) => {
  const { client, clock, guid, callGuid, control, heard, process } = await startSecured(t)
  const { post } = client()
  await process.platforms.setDisabled(guid, true)
  assert.equal((await post(`/calls/${callGuid}/keys`, { keys: '4111' })).status, 401)
  await clock.advance(1_000)
  await until(() => heard.length > 0)
  await clock.advance(30_000)
  assert.deepEqual(heard, ['line-lost'])
  assert.deepEqual(control.types(), ['call.secure'])
  await process.platforms.setDisabled(guid, false)
  await clock.advance(5_000)
  await until(() => heard.length > 1)
  assert.deepEqual(heard, ['line-lost', 'line-secured'])
  assert.deepEqual((await post(`/calls/${callGuid}/keys`, { keys: '4' })).body, { taken: 1 })
})

test('the lines of a disabled platform are given back', async (t) => {
  const { guid, callGuid, control, listener, process } = await startSecured(t)
  await process.platforms.setDisabled(guid, true)
  const released = control.next('call.release')
  await process.release(callGuid, listener)
  await released
  await until(async () => (await process.secured()).length === 0)
})

test('a line is not secured for a platform that was disabled since its call was found', async (t) => {
  const { guid, callGuid, control, listener, newGuid, process } = await startSecured(t)
  await process.release(callGuid, listener)
  await until(async () => (await process.secured()).length === 0)
  await process.platforms.setDisabled(guid, true)
  const securing = { sessionGuid: newGuid(), recording: 'continue', listener } as const
  await assert.rejects(process.secure(callGuid, securing), { code: 'telephone-unavailable' })
  assert.equal(control.types().filter((type) => type === 'call.secure').length, 1)
})

for (const [what, shut] of [
  ['whose platform is disabled', 'disable'],
  ['whose key is removed', 'remove-key'],
] as const) {
  test(`the commands of a reader ${what} end within a second`, async (t) => {
    const { clock, guid, key, process } = await startWithPlatform(t)
    await process.app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = process.app.server.address() as AddressInfo
    const headers = { authorization: `Bearer ${key}` }
    const stream = await new Promise<IncomingMessage>((resolve) =>
      get({ host: '127.0.0.1', port, path: '/calls/v1/commands', headers }, resolve),
    )
    stream.resume()
    await clock.advance(1_000)
    await process.platforms.addKey(guid)
    await clock.advance(1_000)
    assert.equal(stream.complete, false)
    if (shut === 'disable') await process.platforms.setDisabled(guid, true)
    else assert.equal(await process.platforms.removeOldestKey(guid), 'removed')
    await clock.advance(1_000)
    await until(() => stream.complete)
  })
}
