import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Guid } from '../../base/guid.ts'
import { newNodeId } from '../../store/nodes/node-id.ts'
import { createCallElsewhere } from './call-elsewhere.ts'

const callGuid = '0198c0fd-89c0-73ac-b013-c561988c2ffc' as Guid

test('a request to the sandbox about a call goes where its line is, others as the calls API says', async () => {
  const [here, there] = [newNodeId(), newNodeId()]
  const elsewhere = createCallElsewhere({
    of: async (guid) => (guid === callGuid ? there : undefined),
    ofRequest: async ({ url }) => (url?.startsWith('/calls/') ? here : undefined),
  })
  const nodeOf = (url: string) => elsewhere({ url, headers: {} })
  assert.equal(await nodeOf(`/sandbox/calls/${callGuid}/keys`), there)
  assert.equal(await nodeOf(`/sandbox/calls/${callGuid}?x`), there)
  assert.equal(await nodeOf('/sandbox/calls'), undefined)
  assert.equal(await nodeOf('/sandbox/calls/x/keys'), undefined)
  assert.equal(await nodeOf(`/calls/v1/calls/${callGuid}`), here)
  assert.equal(await nodeOf('/v1/session'), undefined)
})
