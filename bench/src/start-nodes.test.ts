import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { withServers } from './bench.ts'
import { startGenerator } from './load/generator.ts'
import { startWatcher } from './load/watching.ts'
import { connectPhoneSystem, reportCalls } from './phone-calls.ts'
import { openSessions } from './pressed-calls.ts'
import { startNodes } from './start-nodes.ts'
import { openSessionRequests, requestToken } from './tonegate.ts'
import { withPostgres } from './with-postgres.ts'

test('two nodes open sessions, and keys and screens of one go through the other', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-bench-'))
  const [watcher, generator] = [startWatcher(), startGenerator()]
  t.after(async () => {
    await Promise.all([watcher.stop(), generator.stop()])
    rmSync(folder, { recursive: true })
  })
  const newFolder = (name: string) => mkdtempSync(join(folder, `${name}-`))
  await withPostgres((environmentFor) =>
    withServers(async (keep) => {
      const { nodes, data, environment } = await startNodes({ newFolder }, keep, environmentFor, 2)
      const [first, second] = nodes
      assert.ok(first && second)
      const token = await requestToken(first)
      const [port, ...morePorts] = nodes.map(({ server }) => server.port)
      const requests = openSessionRequests(first.apiUrl, token, 4)
      const load = { port: port ?? 0, morePorts, requests, connections: 2, until: { answers: 4 } }
      assert.equal((await generator.run(load)).answers, 4)

      const urls = await watcher.startPhoneSystems()
      const phoneSystem = await connectPhoneSystem(first, { data, environment, kind: 'http', urls })
      const calls = await reportCalls(phoneSystem, ['agent-1', 'agent-2', 'agent-3'])
      await openSessions({ tonegate: first, token, phoneSystem, watcher, through: second }, calls, 100)
      const pace = { perSecond: 15, milliseconds: 1_200, connections: 2 }
      const { keys, lost } = await watcher.press({ port: second.server.port, ...pace })
      assert.deepEqual({ keys, lost }, { keys: 18, lost: 0 })
    }),
  )
})
