import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../base/clock.ts'
import { newNodeId } from '../store/nodes/node-id.ts'
import { createTellUnreached, reasonUnreached } from './tell-unreached.ts'

test('of a server that does not answer it is told once a minute why', async () => {
  const clock = createMovableClock()
  const lines: unknown[] = []
  const tell = createTellUnreached({ clock, log: { warn: (line: unknown) => lines.push(line) } })
  const [one, other] = [newNodeId(), newNodeId()].map((node) => ({ node, url: `https://${node}` }))
  assert.ok(one && other)
  const reason = reasonUnreached(Object.assign(new Error('secret'), { code: 'ECONNREFUSED' }))
  for (let times = 0; times < 3; times += 1) tell(one, reason)
  tell(other, reason)
  await clock.advance(60_000)
  tell(one, reason)
  assert.equal(reason, 'it refused the connection')
  assert.deepEqual(
    lines,
    [one, other, one].map(({ url }) => ({ url, reason })),
  )
})
