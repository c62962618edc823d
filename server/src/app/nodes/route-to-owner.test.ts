import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { test } from 'node:test'
import type { Http } from '../../http/http.ts'
import { newNodeId } from '../../store/nodes/node-id.ts'
import { routeToOwner } from './route-to-owner.ts'

test('it is found out once more whose a request is, where the first one cannot answer and nothing of it is lost', async () => {
  const [gone, there] = [newNodeId(), newNodeId()]
  const seen: unknown[] = []
  const app = { routing: ({ url }: IncomingMessage) => void seen.push(['here', url]), addHook() {} }
  const owners = new Map<IncomingMessage, number>()
  const route = routeToOwner(app as unknown as Http, {
    async ownerOf(request) {
      const asked = owners.get(request) ?? 0
      owners.set(request, asked + 1)
      return asked === 0 || request.url === '/gone' ? gone : there
    },
    peers: {
      forward(node, { url }, _response, unanswered) {
        seen.push([node, url])
        if (node === gone) unanswered()
      },
    },
  })
  const inChunks = { 'transfer-encoding': 'chunked' }
  for (const request of [
    { url: '/left', method: 'POST', readableFlowing: null, headers: { 'content-length': '1' } },
    { url: '/read', method: 'POST', readableFlowing: true, headers: { 'content-length': '1' } },
    { url: '/asked', method: 'GET', readableFlowing: false, headers: inChunks },
    { url: '/page', method: 'GET', readableFlowing: true, headers: {} },
    { url: '/gone', method: 'GET', readableFlowing: true, headers: { 'content-length': '0' } },
  ]) {
    route('forwarded')(request as IncomingMessage, {} as ServerResponse)
    await new Promise(setImmediate)
  }
  assert.deepEqual(seen, [
    ...[
      [gone, '/left'],
      [there, '/left'],
    ],
    ...[
      [gone, '/read'],
      ['here', '/read'],
    ],
    ...[
      [gone, '/asked'],
      ['here', '/asked'],
    ],
    ...[
      [gone, '/page'],
      [there, '/page'],
    ],
    ...[
      [gone, '/gone'],
      [gone, '/gone'],
      ['here', '/gone'],
    ],
  ])
})

test('what came from another node is passed on once more where this one does not have it, and says that it was', async () => {
  const there = newNodeId()
  const seen: unknown[] = []
  const app = { routing: ({ url }: IncomingMessage) => void seen.push(['here', url]), addHook() {} }
  const route = routeToOwner(app as unknown as Http, {
    ownerOf: async ({ url }) => (url === '/there' ? there : undefined),
    peers: { forward: (node, { url }, _response, _unanswered, as) => void seen.push([node, url, as]) },
  })
  for (const as of ['forwarded', 'forwardedAgain'] as const) {
    for (const url of ['/there', '/here']) route(as)({ url } as IncomingMessage, {} as ServerResponse)
  }
  await new Promise(setImmediate)
  assert.deepEqual(seen, [
    [there, '/there', 'forwarded'],
    ['here', '/here'],
    [there, '/there', 'forwardedAgain'],
    ['here', '/here'],
  ])
})

test('a fault of ours while a request is passed on ends its connection, and not the process', async () => {
  const seen: unknown[] = []
  const fault = new Error('a fault')
  const app = { addHook() {}, log: { error: ({ err }: { readonly err: unknown }) => seen.push(err) } }
  const route = routeToOwner(app as unknown as Http, {
    ownerOf: async () => newNodeId(),
    peers: {
      forward() {
        throw fault
      },
    },
  })
  const response = { destroy: () => seen.push('destroyed') } as unknown as ServerResponse
  route('forwarded')({ url: '/' } as IncomingMessage, response)
  await new Promise(setImmediate)
  assert.deepEqual(seen, [fault, 'destroyed'])
})
