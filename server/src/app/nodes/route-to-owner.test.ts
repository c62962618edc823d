import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { test } from 'node:test'
import type { Http } from '../../http/http.ts'
import { newNodeId } from '../../store/nodes/node-id.ts'
import { routeToOwner } from './route-to-owner.ts'

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
