import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { channelPorts, environmentOf } from '../../test/harness/test-processes.ts'
import { createMovableClock } from '../base/clock.ts'
import { createLog } from '../base/log.ts'
import type { RegionName } from '../base/region.ts'
import { currentRequestId, inRequest } from '../base/request-scope.ts'
import { readConfig } from '../config/config.ts'
import { openChannel } from './open-channel.ts'

async function startEnds(t: TestContext) {
  const ports = await channelPorts()
  const clock = createMovableClock()
  const open = async (role: 'api' | 'vault') => {
    const environment = { PORT: '0', TONEGATE_DATA: '/nowhere', ...environmentOf(role, ports) }
    const { channel, regions } = readConfig(environment)
    assert.ok(channel)
    const opened = await openChannel({ role, channel, regions }, { clock, log: createLog('silent') })
    t.after(() => opened.close())
    return opened
  }
  const [api, vault] = [await open('api'), await open('vault')]
  t.after(async () => {
    const stopped = Promise.all([api.stop(), vault.stop()])
    await clock.advance(10_000)
    await stopped
  })
  return { api, vault, clock, ports }
}

test('a question is answered by its region, with its path and under its request’s id', async (t) => {
  const { api, vault, ports } = await startEnds(t)
  assert.deepEqual([api.port, vault.port], [ports.api, ports.vault])
  const regions: RegionName[] = []
  vault.serve((region) => {
    regions.push(region)
    return (request, response) => {
      request.resume()
      response.end(JSON.stringify({ path: request.url, id: currentRequestId() }))
    }
  })
  const ask = api.askOtherProcess('nam')
  const answer = await inRequest('request-7', () => ask('/api/v1/live-call?x=1', {}))
  assert.deepEqual(answer, { path: '/api/v1/live-call?x=1', id: 'request-7' })
  assert.deepEqual(regions, ['nam'])
  const nowhere = api.askOtherProcess('x1/nam' as RegionName)
  await assert.rejects(nowhere('/', {}), { code: 'provider-unavailable' })
  assert.deepEqual(regions, ['nam'])
  assert.notEqual((await ask<{ readonly id: string }>('/', {})).id, undefined)
  assert.deepEqual(await vault.state(), { state: 'works' })
})

test('a process says whether it can do its work, and why not', async (t) => {
  const { api, vault, clock } = await startEnds(t)
  vault.tellReadiness(async () => 'the disk is full')
  await Promise.all([api.state(), vault.state()])
  await clock.advance(1_000)
  assert.deepEqual(await api.state(), { state: 'not-ready', fault: 'the disk is full' })
  assert.deepEqual(await vault.state(), { state: 'works' })
})

test('a channel that stops answers what is under way, and takes nothing more', async (t) => {
  const { api, vault, clock } = await startEnds(t)
  const [arrived, mayAnswer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  vault.serve(() => (request, response) => {
    request.resume()
    arrived.resolve()
    void mayAnswer.promise.then(() => response.end('{"late":true}'))
  })
  const ask = api.askOtherProcess('nam')
  const underWay = ask('/', {})
  await arrived.promise
  let isStopped = false
  const stopped = vault.stop().then(() => {
    isStopped = true
  })
  await assert.rejects(ask('/', {}), { code: 'provider-unavailable' })
  assert.equal(isStopped, false)
  mayAnswer.resolve()
  assert.deepEqual(await underWay, { late: true })
  await clock.advance(50)
  await stopped
})

test('a channel that has stopped, and one that is closed, wait for nothing', async (t) => {
  const { api, vault, clock } = await startEnds(t)
  await Promise.all([api.state(), vault.state()])
  let waiting = 0
  let waits = 0
  for (const name of ['after', 'every'] as const) {
    const real = clock[name]
    t.mock.method(clock, name, (milliseconds: number, callback: () => void) => {
      waiting += 1
      waits += 1
      const stop = real(milliseconds, callback)
      return () => {
        waiting -= 1
        stop()
      }
    })
  }
  await Promise.all([api.stop(), vault.stop()])
  assert.equal(waiting, 0)
  api.close()
  vault.close()
  const before = waits
  await clock.advance(60_000)
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual([waiting, waits], [0, before], 'nobody greets any more')
})

test('a channel that stops waits ten seconds for what does not end', async (t) => {
  const { api, vault, clock } = await startEnds(t)
  const arrived = Promise.withResolvers<void>()
  vault.serve(() => () => arrived.resolve())
  const cut = assert.rejects(api.askOtherProcess('nam')('/', {}), { code: 'provider-unavailable' })
  await arrived.promise
  let isStopped = false
  const stopped = vault.stop().then(() => {
    isStopped = true
  })
  await clock.advance(9_999)
  assert.equal(isStopped, false)
  await clock.advance(1)
  await Promise.all([stopped, cut])
})

test('a port that is taken is an error at the start', async (t) => {
  const { api, ports } = await startEnds(t)
  const { channel, regions } = readConfig({
    PORT: '0',
    TONEGATE_DATA: '/nowhere',
    ...environmentOf('api', ports),
  })
  assert.ok(channel && api)
  await assert.rejects(
    openChannel({ role: 'api', channel, regions }, { clock: createMovableClock(), log: createLog('silent') }),
    { code: 'EADDRINUSE' },
  )
})
