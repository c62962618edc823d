import { eventually } from '../../harness/test-eventually.ts'
import type { TestNode } from '../../harness/test-nodes.ts'
import type { Ground } from './ground.ts'
import { wholeCard } from './shop.ts'

/** Customers, agents and programs at work, until they are told to stop. */
export interface Selling {
  /** Resolves once each has done what it was doing. */
  stop(): Promise<void>
}

export interface SellingPlan {
  /** How many sell at the same time. */
  readonly sellers: number
  /** Milliseconds between two requests of a seller. */
  readonly pause: number
}

/**
 * Opens sessions by link and on calls, pays most of them, cancels some, leaves some, each request at any of the nodes that
 * run. What fails is not tried again: what was answered is what counts.
 */
export function sell(ground: Ground, { sellers, pause }: SellingPlan = { sellers: 16, pause: 60 }): Selling {
  let isOver = false
  const resting = () => new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())))
  const anyNode = (): TestNode | undefined => {
    const living = ground.nodes.living()
    return living[Math.floor(Math.random() * living.length)]
  }

  async function seller(number: number): Promise<void> {
    for (let count = number; !isOver; count += 1) {
      await resting()
      await (count % 3 === 0 ? sellOnCall(ground, anyNode, resting) : sellByLink(ground, anyNode, count))
    }
  }

  const sellersAtWork = Array.from({ length: sellers }, (_, number) => seller(number))
  return {
    async stop() {
      isOver = true
      await Promise.all(sellersAtWork)
    },
  }
}

/** Some sessions more than there are. */
export async function soldMore({ shop }: Ground, more = 3): Promise<void> {
  const before = shop.sold.length
  await eventually(() => shop.sold.length >= before + more)
}

type AnyNode = () => TestNode | undefined

async function sellByLink({ shop }: Ground, anyNode: AnyNode, count: number): Promise<void> {
  const opening = anyNode()
  const sold = opening && (await shop.openLink(opening))
  const node = anyNode()
  if (!sold || !node || count % 7 === 0) return
  await (count % 5 === 0 ? shop.cancel(node, sold) : shop.pay(node, sold))
}

async function sellOnCall(
  { shop }: Ground,
  anyNode: AnyNode,
  resting: () => Promise<unknown>,
): Promise<void> {
  const opening = anyNode()
  const sold = opening && (await shop.openKeypad(opening))
  if (!sold) return
  for (const keys of [wholeCard, '1']) {
    const node = anyNode()
    if (!node || (await shop.press(node, sold, keys)).status !== 200) return
    await resting()
  }
}
