import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import { createHeartbeat } from './heartbeat.ts'

/** A response whose reader takes what it is sent when the test lets it. */
function slowResponse() {
  const sent: (() => void)[] = []
  let isDestroyed = false
  const response = {
    writableNeedDrain: true,
    write: (_text: string, taken: () => void) => void sent.push(taken),
    destroy: () => {
      isDestroyed = true
    },
  } as unknown as ServerResponse
  return { response, sent, isDestroyed: () => isDestroyed }
}

test('a reader that is behind for a moment keeps its stream, one that takes no heartbeat by the next has gone', () => {
  const { response, sent, isDestroyed } = slowResponse()
  const beat = createHeartbeat(response)
  beat()
  sent[0]?.()
  beat()
  assert.equal(isDestroyed(), false)
  assert.equal(sent.length, 2)
  beat()
  assert.equal(isDestroyed(), true)
  assert.equal(sent.length, 2)
})
