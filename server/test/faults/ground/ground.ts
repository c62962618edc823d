import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Ends } from '../../harness/test-children.ts'
import { type NodesOrder, startNodes, type TestNodes } from '../../harness/test-nodes.ts'
import { prepareAccount } from './prepare-account.ts'
import { createShop, type Shop } from './shop.ts'
import { type Gateway, startGateway } from './start-gateway.ts'
import { type MessageReceiver, startMessageReceiver } from './start-message-receiver.ts'
import { type PhoneSystem, startPhoneSystem } from './start-phone-system.ts'

/** Servers, and the world around them, which goes on when they do not. */
export interface Ground {
  readonly nodes: TestNodes
  readonly gateway: Gateway
  readonly phone: PhoneSystem
  readonly receiver: MessageReceiver
  readonly shop: Shop
}

/** Servers whose demo account charges at a gateway, tells a webhook and has a phone system. */
export async function prepareGround(t: Ends, count: number, order: NodesOrder = {}): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-faults-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const gateway = await startGateway(t, join(folder, 'books'))
  const phone = await startPhoneSystem(t)
  const receiver = await startMessageReceiver(t)
  const started = await startNodes(t, count, order)
  const data = started.nodes[0]?.folder ?? folder
  const nodes = { ...started, environment: { ...started.environment, TONEGATE_DATA: data } }
  const platformKey = await prepareAccount(nodes.environment, {
    gatewayUrl: gateway.url,
    webhookUrl: receiver.url,
    controlUrl: phone.controlUrl,
  })
  const shop = createShop({ region: nodes.region, newCall: phone.newCall, platformKey })
  return { nodes, gateway, phone, receiver, shop }
}
