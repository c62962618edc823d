import { eventually } from '../../harness/test-eventually.ts'
import type { Ground } from './ground.ts'

/**
 * Starts again what has ended, or ends yet, as whatever keeps servers running does, until all are ready.
 *
 * @returns how many had ended.
 */
export async function bringBack({ nodes }: Ground): Promise<number> {
  let ended = 0
  await eventually(async () => {
    for (const node of nodes.nodes) {
      if (node.isRunning()) continue
      ended += 1
      await node.start()
    }
    const ready = await Promise.all(nodes.nodes.map((node) => node.isReady()))
    return ready.every(Boolean)
  })
  return ended
}

/** Milliseconds until a session can be opened again at every node. */
export async function untilServed({ nodes, shop }: Ground): Promise<number> {
  const since = performance.now()
  await Promise.all(
    nodes.living().map((node) => eventually(async () => (await shop.openLink(node)) !== undefined)),
  )
  return performance.now() - since
}
