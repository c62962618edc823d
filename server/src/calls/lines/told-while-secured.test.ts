import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from '../../../test/harness/test-until.ts'
import type { Line, LineControl } from '../line-control.ts'
import { startWithPlatform, testListener } from '../test-telephone.ts'

test('a call whose media is told at the moment in which its line is secured is secured where its media is', async (t) => {
  const secured: Line[] = []
  const control: LineControl = {
    secure: async (line) => void secured.push(line),
    release: async () => {},
    say: async () => {},
    pauseRecording: async () => {},
    resumeRecording: async () => {},
  }
  const started = await startWithPlatform(t, { controls: { http: control } })
  const { client, newGuid, openSessions, process } = started
  const { put } = client()
  const told = (fromTag: string) => ({
    agentId: 'anna',
    media: { rtpengine: { callId: 'call', fromTag, telephoneEvent: true } },
  })
  const [callGuid, sessionGuid] = [newGuid(), newGuid()]
  openSessions.add(sessionGuid)
  await put(`/calls/${callGuid}`, told('former'))

  const held = Promise.withResolvers<void>()
  const { write } = process.store
  t.mock.method(
    process.store,
    'write',
    async (work: Parameters<typeof write>[0]) => {
      await held.promise
      return write(work)
    },
    { times: 1 },
  )
  const { listener } = testListener()
  const securing = process.secure(callGuid, { sessionGuid, recording: 'continue', listener })
  let isTold = false
  const telling = put(`/calls/${callGuid}`, told('latter')).then(() => {
    isTold = true
  })
  for (let turn = 0; turn < 500 && !isTold; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  held.resolve()
  await Promise.all([securing, telling])
  await until(() => secured.at(-1)?.media?.rtpengine.fromTag === 'latter')
})

test('a call that went to another agent before it was secured is not secured for the former', async (t) => {
  const { client, newGuid, process } = await startWithPlatform(t)
  const { put } = client()
  const callGuid = newGuid()
  await put(`/calls/${callGuid}`, { agentId: 'anna' })
  await put(`/calls/${callGuid}`, { agentId: 'bert' })

  const { listener } = testListener()
  const securing = { sessionGuid: newGuid(), recording: 'continue', listener } as const
  await assert.rejects(process.secure(callGuid, { ...securing, agentId: 'anna' }), { code: 'no-live-call' })
  const { body } = await put(`/calls/${callGuid}`, { agentId: 'bert' })
  assert.deepEqual([body.secured, body.sessionGuid], [false, null])
})
