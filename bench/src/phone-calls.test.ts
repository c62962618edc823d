import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Opened, openViews } from './live-sessions.ts'
import { startWatcher } from './load/watching.ts'
import { connectPhoneSystem, pressOn, reportCalls, sessionOn } from './phone-calls.ts'
import { requestToken, startTonegate } from './tonegate.ts'

test('lines are secured, and keys become dots, by phone systems of each kind', async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'tonegate-bench-'))
  const tonegate = await startTonegate({ data })
  const watcher = startWatcher()
  t.after(async () => {
    await Promise.all([watcher.stop(), tonegate.server.stop()])
    rmSync(data, { recursive: true })
  })
  const { port } = tonegate.server
  const token = await requestToken(tonegate)
  const urls = await watcher.startPhoneSystems()
  for (const kind of ['http', 'rtpengine'] as const) {
    const phoneSystem = await connectPhoneSystem(tonegate, { data, kind, urls })
    const calls = await reportCalls(phoneSystem, [`${kind}-1`, `${kind}-2`, `${kind}-3`])
    const sessions = calls.map((call) => sessionOn(tonegate, token, call))
    const { answers, opening, confirmed } = await watcher.secure({
      port,
      perSecond: 100,
      connections: 2,
      sessions,
    })
    assert.ok(confirmed && confirmed.p50 > 0 && opening.p99 >= confirmed.p99)
    const streams = await openViews(
      port,
      answers.map((answer): Opened => JSON.parse(answer)),
    )
    await watcher.open(
      port,
      calls.map((call, index) => ({ stream: streams[index] ?? '', press: pressOn(phoneSystem, call) })),
    )
    for (const tells of [{}, { engineTells: 'by-datagram-too' }] as const) {
      const pace = { perSecond: 15, milliseconds: 1_200, connections: 2 }
      const { keys, lost } = await watcher.press({ port, ...pace, ...tells })
      assert.deepEqual({ keys, lost }, { keys: 18, lost: 0 }, kind)
    }
    await watcher.close()
  }
})
