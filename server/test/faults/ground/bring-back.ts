import { eventually } from '../../harness/test-eventually.ts'
import type { Ground } from './ground.ts'

/** Starts again what has ended, as whatever keeps servers running does. @returns how many had ended. */
export async function bringBack({ nodes }: Ground): Promise<number> {
  let ended = 0
  for (const node of nodes.nodes) {
    if (node.isRunning()) continue
    ended += 1
    await node.start()
  }
  await Promise.all(nodes.nodes.map((node) => eventually(() => node.isReady())))
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
