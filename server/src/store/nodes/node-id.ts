import { randomUUID } from 'node:crypto'

declare const nodeId: unique symbol

/** Names one run of a process that works on a database: who starts again is another node. */
export type NodeId = string & { readonly [nodeId]: true }

export const newNodeId = (): NodeId => randomUUID() as NodeId
