import assert from 'node:assert/strict'
import { get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { until } from '../../../test/harness/test-until.ts'
import { startWithPlatform, testListener } from '../test-telephone.ts'

test('of two who read a platform’s commands each has every one, and one confirmation is enough', async (t) => {
  const { process, client, key, newGuid, openSessions } = await startWithPlatform(t)
  await process.app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = process.app.server.address() as AddressInfo
  const read = async (confirms: 'confirms' | 'looks on') => {
    const headers = { authorization: `Bearer ${key}` }
    const response = await new Promise<IncomingMessage>((resolve) =>
      get({ host: '127.0.0.1', port, path: '/calls/v1/commands', headers }, resolve),
    )
    const ids: string[] = []
    response.setEncoding('utf8').on('data', (text: string) => {
      for (const [, id = ''] of text.matchAll(/^id: (.*)$/gm)) {
        ids.push(id)
        if (confirms === 'confirms') void client().post(`/commands/${id}`)
      }
    })
    return { ids, close: () => response.destroy() }
  }
  const [callGuid, sessionGuid] = [newGuid(), newGuid()]
  openSessions.add(sessionGuid)
  await client().put(`/calls/${callGuid}`, { agentId: 'anna' })
  const first = await read('looks on')
  const second = await read('confirms')
  const { heard, listener } = testListener()
  await process.secure(callGuid, { sessionGuid, recording: 'continue', listener })
  await until(() => first.ids.length === 1)
  assert.deepEqual(first.ids, second.ids)

  // One that begins anew beside another takes nothing from it: there is somebody who knows of the line.
  const third = await read('looks on')
  first.close()
  await process.say(callGuid, { text: 'y', language: 'en', key: 'y' })
  await until(() => third.ids.length === 1)
  assert.equal(second.ids[1], third.ids[0])
  assert.deepEqual(heard, [])
  second.close()
  third.close()
})
