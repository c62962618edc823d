import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openLiveSessions, readState } from './live-sessions.ts'
import { startCompleter } from './load/completing.ts'
import { startWatcher } from './load/watching.ts'
import { requestToken, sessionBody, startTonegate, wholeCard } from './tonegate.ts'

test('keys become dots on the screens of live sessions, and whole cards become payments', async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'tonegate-bench-'))
  const tonegate = await startTonegate({ data })
  const watcher = startWatcher()
  const completer = startCompleter()
  t.after(async () => {
    await Promise.all([watcher.stop(), completer.stop(), tonegate.server.stop()])
    rmSync(data, { recursive: true })
  })
  const { port } = tonegate.server
  const token = await requestToken(tonegate)
  const live = await openLiveSessions(tonegate, token, 5)
  const [first] = live
  assert.ok(first)
  assert.equal((await readState(port, first)).interDigitSeconds, 60)

  await watcher.open(port, live)
  await tonegate.server.watchLoop()
  const { keys, lost } = await watcher.press({ port, perSecond: 400, milliseconds: 500, connections: 4 })
  assert.deepEqual({ keys, lost }, { keys: 200, lost: 0 })
  const { cores } = await tonegate.server.loopDelay()
  assert.ok(cores > 0)

  const { origin, apiUrl } = tonegate
  const { skipCallTransfer: _, ...session } = sessionBody(0)
  const payments = { port, origin, apiUrl, token, session, parallel: 4, milliseconds: 1_500 }
  const { sessions, p50, p99 } = await completer.complete({
    ...payments,
    keys: wholeCard(new Date().getFullYear()),
  })
  assert.ok(sessions > 0, `${sessions} sessions`)
  assert.ok(p50 >= 200 && p99 >= p50)
  const wrong = { ...payments, apiUrl: `${apiUrl}/nowhere`, keys: '1' }
  await assert.rejects(completer.complete(wrong), /HTTP\/1\.1 404/)
})
