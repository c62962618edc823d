import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { type Guid, parseGuid } from '../../base/guid.ts'
import { newNodeId } from '../../store/nodes/node-id.ts'
import { createOwnerOfRequest } from './owner-of-request.ts'

const guid = parseGuid('0198c0fd-89c0-73ac-b013-c561988c2ffc') ?? assert.fail()

test('a request about a session goes to its node however its path is written', async () => {
  const there = newNodeId()
  const ownerOf = createOwnerOfRequest({
    sessions: { find: () => undefined },
    calls: { of: async () => undefined, ofRequest: async () => undefined },
    peers: { elsewhere: async (asked: Guid) => (asked === guid ? there : undefined) },
    captureOf: async (asked) => asked,
  })
  const nodeOf = (url: string) => ownerOf({ url } as IncomingMessage)
  for (const url of [
    `/pay/${guid}/secret`,
    `/PAY/${guid.toUpperCase()}/`,
    `/p%61y/${guid}?x=%20`,
    `/pay/%30${guid.slice(1)}`,
    `/session/1/view/${guid}/events#x`,
    `/session/1/v%69ew/${guid}/events`,
    `/sandbox/sessions/${guid}/keys`,
    `/api/v1/session/1/${guid}`,
  ]) {
    assert.equal(await nodeOf(url), there, url)
  }
  for (const url of [`/pay/${guid}x`, `/pay%2f${guid}`, `/pay/%zz`, `/x/pay/${guid}`, '*']) {
    assert.equal(await nodeOf(url), undefined, url)
  }
})
