import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../base/clock.ts'
import { parseGuid } from '../base/guid.ts'
import { newNodeId } from '../store/nodes/node-id.ts'
import type { NodeChannel } from './node-channel.ts'
import { createPeers } from './peers.ts'

const guid = parseGuid('01a22b65-1943-75e3-bc70-356d25126b82') ?? assert.fail()

/** A node, its row of a session, and the other node. */
function start() {
  const clock = createMovableClock()
  const [self, other] = [newNodeId(), newNodeId()]
  const row = { owner: self as typeof self | null, state: 'open' }
  const nodes = [self, other].map((id) => ({ id, place: '', url: `https://${id}`, version: '' }))
  const forgotten: unknown[] = []
  const channel = { ask: () => {}, forget: (node: unknown) => forgotten.push(node) } as unknown as NodeChannel
  let looked = () => {}
  const peers = createPeers({
    ...{ clock, self, region: 'nam', channel },
    nodes: {
      all: () => nodes,
      look: async () => looked(),
      onLook(next) {
        looked = next
      },
    },
    ownerOf: async () => row,
  })
  return { clock, row, self, other, peers, nodes, forgotten, look: () => looked() }
}

/** What comes of it within so many milliseconds. */
async function outcome(
  asked: Promise<unknown>,
  clock: ReturnType<typeof createMovableClock>,
  within: number,
) {
  let answer: unknown = 'waiting'
  void asked.then((found) => {
    answer = found
  })
  await clock.advance(within)
  return answer
}

test('a session that nobody has is waited for until another node has it, and not for long', async () => {
  const { clock, row, other, peers } = start()
  row.owner = null
  const asked = peers.elsewhere(guid)
  assert.equal(await outcome(asked, clock, 199), 'waiting')
  row.owner = other
  assert.equal(await outcome(asked, clock, 1), other)
  const alone = start()
  alone.row.owner = null
  assert.equal(await outcome(alone.peers.elsewhere(guid), alone.clock, 3_000), 'nobody')
})

test('a node that was asked is forgotten when it is there no more', () => {
  const { other, peers, nodes, forgotten, look } = start()
  peers.ask(other)
  look()
  assert.deepEqual(forgotten, [])
  nodes.pop()
  look()
  look()
  assert.deepEqual(forgotten, [other])
})

test('a session that this node is taking over is not missing: it is waited for until it is here', async () => {
  const { clock, peers, row } = start()
  let isHere = false
  const asked = peers.elsewhere(guid, () => isHere)
  assert.equal(await outcome(asked, clock, 199), 'waiting')
  isHere = true
  assert.equal(await outcome(asked, clock, 1), undefined)
  assert.equal(await outcome(peers.elsewhere(guid), clock, 0), undefined)
  row.state = 'ended'
  assert.equal(
    await outcome(
      peers.elsewhere(guid, () => false),
      clock,
      0,
    ),
    undefined,
  )
})
