import { Agent, type AgentOptions } from 'node:https'
import type { Socket } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import { gatherWrites } from '../base/turn/gathered-writes.ts'
import type { NodeId } from '../store/nodes/node-id.ts'

/** As many connections as there are requests under way: what they send in one turn goes out in one go. */
function gatheringAgent(options: AgentOptions): Agent {
  const agent = new Agent({ ...options, maxSockets: Number.POSITIVE_INFINITY })
  const connect = agent.createConnection.bind(agent)
  agent.createConnection = (to, done) => gatherWrites(connect(to, done) as Socket)
  return agent
}

/** The connections to other nodes by which requests go on to them; a stream of events has one to itself. */
export function createConnections(tls: ConnectionOptions) {
  const open = () => ({
    agent: gatheringAgent({ ...tls, keepAlive: true, scheduling: 'lifo' }),
    gone: new AbortController(),
  })
  const known = new Map<NodeId, ReturnType<typeof open>>()

  function forget(node: NodeId): void {
    const { agent, gone } = known.get(node) ?? {}
    known.delete(node)
    agent?.destroy()
    gone?.abort()
  }

  return {
    to(node: NodeId) {
      const connections = known.get(node) ?? open()
      known.set(node, connections)
      return connections
    },
    /** Ends those to a node that is not there any more, whatever is under way. */
    forget,
    close(): void {
      for (const node of [...known.keys()]) forget(node)
    },
  }
}
