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
  for (let turns = 0; turns < 30; turns += 1) {
    const [callGuid, sessionGuid] = [newGuid(), newGuid()]
    openSessions.add(sessionGuid)
    await put(`/calls/${callGuid}`, told('former'))
    const moved = put(`/calls/${callGuid}`, told('latter'))
    for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    const { listener } = testListener()
    await process.secure(callGuid, { sessionGuid, recording: 'continue', listener })
    await moved
    await until(() => {
      const last = secured.findLast((line) => line.callGuid === callGuid)
      return last?.media?.rtpengine.fromTag === 'latter'
    })
  }
})
