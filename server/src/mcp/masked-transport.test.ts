import assert from 'node:assert/strict'
import { test } from 'node:test'
import { InMemoryTransport, type JSONRPCMessage } from '@modelcontextprotocol/server'
import { maskedTransport } from './masked-transport.ts'

test('nothing that reads as card data goes out, wherever it stands in a message, and its id stays', async () => {
  const [near, far] = InMemoryTransport.createLinkedPair()
  const received: JSONRPCMessage[] = []
  far.onmessage = (message) => void received.push(message)
  await Promise.all([near.start(), far.start()])
  const text = 'It was 5425 2334 3010 9903, and the cvv is 123.'
  const id = '5425233430109903'
  const result = {
    content: [{ type: 'text', text }],
    structuredContent: { a: [{ b: id }], n: 1, ok: true, no: null },
  }
  await maskedTransport(near).send({ jsonrpc: '2.0', id, result })
  const masked = 'It was **** **** **** ****, and the cvv is ***.'
  assert.deepEqual(received, [
    {
      jsonrpc: '2.0',
      id,
      result: {
        content: [{ type: 'text', text: masked }],
        structuredContent: { a: [{ b: '****************' }], n: 1, ok: true, no: null },
      },
    },
  ])
  const progress = {
    method: 'notifications/progress',
    params: { progressToken: id, progress: 1, message: text },
  }
  await near.send({ jsonrpc: '2.0', ...progress })
  assert.deepEqual(received[1], {
    jsonrpc: '2.0',
    method: progress.method,
    params: { progressToken: id, progress: 1, message: masked },
  })
})
