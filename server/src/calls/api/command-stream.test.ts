import assert from 'node:assert/strict'
import { get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { until } from '../../../test/harness/test-until.ts'
import { startWithPlatform, testListener } from '../test-telephone.ts'

/** A region whose platform reads a stream, served on a port. */
async function start(t: TestContext) {
  const started = await startWithPlatform(t)
  await started.process.app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = started.process.app.server.address() as AddressInfo
  const [callGuid, sessionGuid] = [started.newGuid(), started.newGuid()]
  started.openSessions.add(sessionGuid)
  await started.client().put(`/calls/${callGuid}`, { agentId: 'anna' })
  const { listener, heard } = testListener()
  const secure = () => started.process.secure(callGuid, { sessionGuid, recording: 'continue', listener })

  /** Reads the commands, and confirms each that `confirms` is of. */
  async function read({
    last,
    confirms = () => true,
  }: {
    last?: string | undefined
    confirms?: (type: string) => boolean
  } = {}) {
    const headers = {
      authorization: `Bearer ${started.key}`,
      ...(last !== undefined && { 'last-event-id': last }),
    }
    const response = await new Promise<IncomingMessage>((resolve) =>
      get({ host: '127.0.0.1', port, path: '/calls/v1/commands', headers }, resolve),
    )
    const commands: { type: string; commandId: string }[] = []
    const waits: string[] = []
    let text = ''
    response.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1]
        const wait = /^retry: (.*)$/m.exec(text.slice(0, end))?.[1]
        if (wait !== undefined) waits.push(wait)
        text = text.slice(end + 2)
        if (data === undefined) continue
        const command = JSON.parse(data)
        commands.push(command)
        if (confirms(command.type)) void started.client().post(`/commands/${command.commandId}`)
      }
    })
    return { commands, waits, response, close: () => response.destroy() }
  }
  return { ...started, callGuid, sessionGuid, listener, heard, secure, read }
}

test('a platform that reads its commands confirms each', async (t) => {
  const { secure, read, client, callGuid, process, listener } = await start(t)
  const { commands, close } = await read()
  await secure()
  assert.deepEqual((await client().post(`/calls/${callGuid}/keys`, { keys: '4' })).body, { taken: 1 })
  await process.release(callGuid, listener)
  await until(async () => (await process.secured()).length === 0)
  assert.deepEqual(
    commands.map(({ type }) => type),
    ['call.secure', 'call.release'],
  )
  close()
})

test('while nobody reads, a line is not secured', async (t) => {
  const { secure } = await start(t)
  await assert.rejects(secure, { code: 'telephone-unavailable' })
})

test('a command that is confirmed late, twice, by another platform or never secures nothing', async (t) => {
  const { secure, read, client, clock, callGuid, process } = await start(t)
  const { commands, close } = await read({ confirms: () => false })
  const securing = secure().then(
    () => 'secured',
    ({ code }) => code,
  )
  await until(() => commands.length === 1)
  const [command] = commands
  const other = await process.platforms.create({
    accountId: 1,
    name: 'other',
    kind: 'http',
    settings: { privateAddresses: 'refused' },
  })
  assert.ok(other !== 'taken')
  assert.equal((await client(other.key).post(`/commands/${command?.commandId}`)).status, 404)
  await clock.advance(2_000)
  assert.equal(await securing, 'telephone-unavailable')
  assert.equal((await client().post(`/commands/${command?.commandId}`)).status, 204)
  assert.equal((await client().post(`/commands/${command?.commandId}`)).status, 204)
  assert.equal((await client().post(`/commands/${callGuid}`)).status, 404)
  assert.equal((await client().post('/commands/4111')).status, 404)
  assert.equal((await client().post(`/calls/${callGuid}/keys`, { keys: '4' })).status, 409)
  close()
})

test('a command is confirmed though many more were sent behind it', async (t) => {
  const { secure, read, client, callGuid, process } = await start(t)
  const { commands, close } = await read({ confirms: (type) => type !== 'call.say' })
  await secure()
  const says = Array.from({ length: 257 }, () =>
    process.say(callGuid, { text: 'y', language: 'en', key: 'y' }),
  )
  await until(() => commands.length === 258)
  for (const { commandId } of commands.slice(1)) {
    assert.equal((await client().post(`/commands/${commandId}`)).status, 204)
  }
  await Promise.all(says)
  close()
})

test('a reader that was cut off goes on where it stopped; one that begins anew has its lines secured again', async (t) => {
  const { secure, read, heard, callGuid, process } = await start(t)
  const first = await read()
  await secure()
  first.close()
  await until(() => first.response.closed)
  const goesOn = await read({ last: first.commands[0]?.commandId })
  await process.say(callGuid, { text: 'y', language: 'en', key: 'y' })
  await until(() => goesOn.commands.length > 0)
  assert.deepEqual(heard, [])
  goesOn.close()
  await until(() => goesOn.response.closed)
  const anew = await read()
  await until(() => heard.length === 2)
  assert.deepEqual(heard, ['line-lost', 'line-secured'])
  assert.ok(anew.commands.some(({ type }) => type === 'call.secure'))
  anew.close()
})

test('more than eight readers of a platform are refused, and the streams end with the server, which says when to come again', async (t) => {
  const { read, process } = await start(t)
  const readers: Awaited<ReturnType<typeof read>>[] = []
  for (let count = 0; count < 8; count += 1) readers.push(await read())
  assert.equal((await read()).response.statusCode, 429)
  await process.app.close()
  await until(() => readers.every(({ response }) => response.complete))
  assert.deepEqual(
    readers.flatMap(({ waits }) => waits),
    ['500', '600', '700', '800', '900', '1000', '1100', '1200'],
  )
})
