import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { eventually } from '../../test/harness/test-eventually.ts'
import { channelKey, channelPorts, startProcess } from '../../test/harness/test-processes.ts'
import { createMovableClock, type MovableClock } from '../base/clock.ts'
import { createLog } from '../base/log.ts'
import { listenFor } from './channel.ts'
import { watchChannel } from './watch-channel.ts'

type Started = Awaited<ReturnType<typeof startProcess>>

const faults = ({ lines }: Started): readonly string[] =>
  lines
    .map(
      (line) =>
        JSON.parse(line) as { readonly level: number; readonly message: string; readonly fault?: string },
    )
    .filter(({ level, message }) => level >= 50 && message === 'the two processes cannot work together')
    .map(({ fault = '' }) => fault)

/** Both are not ready, and both say why: in their logs, and to whoever asks. */
async function assertBroken(both: readonly Started[], fault: RegExp): Promise<void> {
  for (const each of both) {
    const { text } = await eventually(async () => {
      const answer = await each.send('/readyz')
      return answer.status === 503 && answer
    })
    assert.match(text, fault)
    assert.match(faults(each).at(-1) ?? '', fault)
  }
}

test('processes that have the same key, version and regions are ready, and each knows of the other', async (t) => {
  const ports = await channelPorts()
  const vault = await startProcess(t, 'vault', ports)
  const api = await startProcess(t, 'api', ports)
  const text = await eventually(async () => {
    const { text } = await vault.send('/readyz')
    return text.includes('works') && text
  })
  assert.deepEqual(JSON.parse(text), { status: 'ready', otherHalf: 'works' })
  assert.deepEqual(JSON.parse((await api.send('/readyz')).text), { status: 'ready', otherHalf: 'works' })
  assert.deepEqual([...faults(vault), ...faults(api)], [])
})

test('processes with two keys are not ready, and say so', async (t) => {
  const ports = await channelPorts()
  const vault = await startProcess(t, 'vault', ports)
  const api = await startProcess(t, 'api', ports, { key: Buffer.alloc(32, 'another key').toString('base64') })
  await assertBroken([vault, api], /a different TONEGATE_CHANNEL_KEY/)
})

test('processes that serve other regions are not ready, and say which', async (t) => {
  const ports = await channelPorts()
  const vault = await startProcess(t, 'vault', ports, { regions: 'nam,emea' })
  const api = await startProcess(t, 'api', ports)
  await assertBroken(
    [vault, api],
    /serves different regions: (emea, nam; this one serves nam|nam; this one serves emea, nam)/,
  )
})

for (const [what, answer] of [
  ['another version', JSON.stringify({ half: 'vault', channelVersion: 2, regions: ['nam'] })],
  ['something that is no greeting', '<html>'],
] as const) {
  test(`a process that meets ${what} is not ready`, async (t) => {
    const ports = await channelPorts()
    const server = await listenFor(() => Buffer.from(channelKey, 'base64'), {
      host: '127.0.0.1',
      port: ports.vault,
      handler: (_request, response) => void response.end(answer),
    })
    t.after(() => {
      server.close()
      server.closeAllConnections()
    })
    const api = await startProcess(t, 'api', ports)
    await assertBroken([api], /a different version of Tonegate/)
  })
}

test('a process alone is ready, and says that the other one is silent', async (t) => {
  const ports = await channelPorts()
  for (const role of ['vault', 'api'] as const) {
    const { lines, send, close } = await startProcess(t, role, ports)
    assert.deepEqual(JSON.parse((await send('/readyz')).text), { status: 'ready', otherHalf: 'silent' })
    assert.ok(lines.some((line) => line.includes('the other process does not answer')))
    await close()
  }
})

test('what was broken works when it was mended, without a restart of the other process', async (t) => {
  const ports = await channelPorts()
  const clock = createMovableClock()
  const vault = await startProcess(t, 'vault', ports, { clock })
  const wrong = await startProcess(t, 'api', ports, { regions: 'nam,emea' })
  await clock.advance(2_000)
  await assertBroken([vault], /different regions/)
  await wrong.close()
  await startProcess(t, 'api', ports)
  await eventually(async () => {
    await clock.advance(2_000)
    return (await vault.send('/readyz')).text.includes('works')
  })
})

/** Takes connections at the place of a process, and says nothing. */
async function startSilent(t: TestContext, port: number): Promise<{ readonly connected: Promise<unknown> }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  }).listen(port, '127.0.0.1')
  const connected = once(server, 'connection')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return { connected }
}

/** Lets time pass until something has come about; fails when that takes longer than it may. */
async function withinTime<T>(clock: MovableClock, milliseconds: number, work: Promise<T>): Promise<T> {
  let isOver = false
  const over = work.finally(() => {
    isOver = true
  })
  let passed = 0
  await eventually(async () => {
    if (!isOver && passed < milliseconds) {
      await clock.advance(250)
      passed += 250
    }
    return isOver
  })
  return over
}

test('the vault charges, stops and starts while the API takes connections and says nothing', async (t) => {
  const ports = await channelPorts()
  const clock = createMovableClock()
  const vault = await startProcess(t, 'vault', ports, { clock })
  const api = await startProcess(t, 'api', ports, { clock })
  const authorization = `Bearer ${await api.token()}`
  const request = {
    agentId: 'agent7',
    skipCallTransfer: true,
    paymentData: { Amount: '12.40', Currency: 'GBP' },
  }
  const { json: created } = await api.post('/globalpci/v1/session', request, { authorization })
  await api.close()
  const { connected } = await startSilent(t, ports.api)
  const keys = '4111111111111111#1230#123#1'
  await vault.post(`/sandbox/sessions/${created.providerSessionGuid}/keys`, { keys })
  await connected
  await eventually(async () => {
    await clock.advance(100)
    return vault.lines.some((line) => line.includes('a capture session ended'))
  })
  await withinTime(clock, 3_000, vault.close())
  const again = await withinTime(
    clock,
    3_000,
    startProcess(t, 'vault', ports, { clock, folder: vault.folder }),
  )
  assert.equal((await again.send('/healthz')).status, 200)
  await withinTime(clock, 3_000, again.close())
})

/** A channel to another process that answers what the test says, or not at all. */
function startWatching(t: TestContext) {
  const clock = createMovableClock()
  const ours = { half: 'api', channelVersion: 1, regions: ['nam'] } as const
  const theirs = { half: 'vault', channelVersion: 1, regions: ['nam'] } as const
  let answer = async (): Promise<object> => theirs
  const watch = watchChannel({
    ours,
    clock,
    peer: new URL('https://127.0.0.1:1'),
    log: createLog('silent'),
    send: async () => ({ status: 200, headers: {}, body: Buffer.from(JSON.stringify(await answer())) }),
  })
  t.after(() => watch.close())
  return {
    clock,
    watch,
    theirs,
    /** From the next greeting on. */
    answerWith(next: typeof answer) {
      answer = next
    },
  }
}

test('a process that becomes unable to work is seen by the next who asks, and so is that it has recovered', async (t) => {
  const { clock, watch, theirs, answerWith } = startWatching(t)
  assert.deepEqual(await watch.state(), { state: 'works' })
  answerWith(async () => ({ ...theirs, notReady: 'the disk is full' }))
  assert.deepEqual(await watch.state(), { state: 'works' }, 'within the second nobody is asked again')
  await clock.advance(1_000)
  assert.deepEqual(await watch.state(), { state: 'not-ready', fault: 'the disk is full' })
  answerWith(async () => theirs)
  await clock.advance(1_000)
  assert.deepEqual(await watch.state(), { state: 'works' })
})

test('whoever asks does not wait for a process that says nothing', async (t) => {
  const { clock, watch, answerWith } = startWatching(t)
  assert.deepEqual(await watch.state(), { state: 'works' })
  answerWith(() => new Promise(() => {}))
  await clock.advance(1_000)
  const state = watch.state()
  await clock.advance(1_000)
  assert.deepEqual(await state, { state: 'works' })
})
