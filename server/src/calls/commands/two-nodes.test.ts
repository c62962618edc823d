import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from '../../../test/harness/test-until.ts'
import { startTwoNodes } from '../test-two-nodes.ts'

test('a command reaches a reader at another node, and its confirmation the node that waits, wherever it comes', async (t) => {
  const { one, other, at, read, call, startProcess, key } = await startTwoNodes(t)
  const third = await startProcess()
  t.after(() => third.close())
  const atThird = (commandId: string) =>
    third.app.inject({
      method: 'POST',
      url: `/calls/v1/commands/${commandId}`,
      headers: { authorization: `Bearer ${key}` },
    })
  const { callGuid, sessionGuid, listener } = await call()
  const reader = await read(other, { confirm: atThird })
  await one.secure(callGuid, { sessionGuid, listener, recording: 'pause' })
  assert.deepEqual(reader.types(), ['recording.pause', 'call.secure'])
  const [command] = reader.read
  for (const client of [at.one, at.other]) {
    assert.equal((await client.post(`/commands/${command?.commandId}`)).status, 204)
    assert.equal((await client.post(`/commands/${callGuid}`)).status, 404)
  }
  await reader.close()
})

test('where nobody reads at any node, a line is not secured, at once', async (t) => {
  const { one, other, call, clock } = await startTwoNodes(t)
  const { callGuid, sessionGuid, listener } = await call()
  const before = clock.now()
  for (const node of [one, other]) {
    const securing = { sessionGuid, listener, recording: 'continue' } as const
    await assert.rejects(node.secure(callGuid, securing), { code: 'telephone-unavailable' })
  }
  assert.equal(clock.now(), before)
})

test('a reader that comes back at another node goes on where it was cut off, and misses nothing', async (t) => {
  const { one, other, at, read, call } = await startTwoNodes(t)
  const confirm = (commandId: string) => at.one.post(`/commands/${commandId}`)
  const { callGuid, sessionGuid, heard, listener } = await call()
  const first = await read(one, { confirm })
  await one.secure(callGuid, { sessionGuid, listener, recording: 'continue' })
  const second = await read(one)
  await first.close()
  const said = { text: 'x', language: 'en', key: 'x' } as const
  const saying = one.say(callGuid, said)
  await until(() => second.read.length === 1)
  await second.close()
  const again = await read(other, { last: first.read.at(-1)?.commandId, confirm })
  await until(() => again.read.length === 1)
  assert.deepEqual(again.types(), ['call.say'])
  await saying
  assert.deepEqual(heard, [])
  await again.close()
})

test('a reader that knows the last command of a node that has died goes on, too', async (t) => {
  const { one, other, at, read, call, otherDies } = await startTwoNodes(t)
  const confirm = (commandId: string) => at.one.post(`/commands/${commandId}`)
  const [mine, dead] = [await call(), await call()]
  const reader = await read(other, { confirm })
  for (const [node, { callGuid, sessionGuid, listener }] of [
    [one, mine],
    [other, dead],
  ] as const) {
    await node.secure(callGuid, { sessionGuid, listener, recording: 'continue' })
  }
  await otherDies()
  const again = await read(one, { last: reader.read.at(-1)?.commandId, confirm })
  await one.say(mine.callGuid, { text: 'x', language: 'en', key: 'x' })
  assert.deepEqual(again.types(), ['call.say'])
  assert.deepEqual(mine.heard, [])
  await again.close()
})

test('a reader that begins anew has the lines of all nodes secured again', async (t) => {
  const { one, other, at, read, call } = await startTwoNodes(t)
  const confirm = (commandId: string) => at.one.post(`/commands/${commandId}`)
  const { callGuid, sessionGuid, heard, listener } = await call()
  const first = await read(other, { confirm })
  await one.secure(callGuid, { sessionGuid, listener, recording: 'continue' })
  const beside = await read(one)
  await beside.close()
  assert.deepEqual(heard, [], 'there is somebody at the other node who knows of the line')
  await first.close()
  const anew = await read(other, { confirm })
  await until(() => heard.length === 2)
  assert.deepEqual([heard, anew.types()], [['line-lost', 'line-secured'], ['call.secure']])
  await anew.close()
})

test('eight readers of a platform are as many as there may be, at all nodes together', async (t) => {
  const { one, other, read } = await startTwoNodes(t)
  const readers = []
  for (let count = 0; count < 8; count += 1) readers.push(await read(count % 2 ? one : other))
  const more = await read(one)
  assert.equal(more.status, 429)
  for (const reader of [...readers, more]) await reader.close()
})
