import type { FaultCase } from '../fault-case.ts'
import { findFaults, inLanes } from '../ground/faults-found.ts'
import { type Ground, prepareGround } from '../ground/ground.ts'
import { configurationId } from '../ground/prepare-account.ts'
import type { Answered } from '../ground/requests.ts'

const keys = 60

/** Sends one request with an `Idempotency-Key` to every node in the same moment, twice to each. */
export const sameKeyAtEveryNode: FaultCase = {
  name: 'One Idempotency-Key is sent to every server at once',
  engine: 'PostgreSQL',
  promise: 'One session is opened, and everyone who asks again is given that one',
  spansNodes: true,
  async run(t, { nodes }) {
    const ground = await prepareGround(t, nodes)
    const faults: string[] = []
    await inLanes(Array.from({ length: keys }), 4, async (_, number) => {
      const open = openerOf(ground, `key-${number}`)
      const atOnce = await Promise.all([...ground.nodes.nodes, ...ground.nodes.nodes].map(open))
      const later = await Promise.all(ground.nodes.nodes.map(open))
      const guids = new Set([...atOnce, ...later].flatMap(guidIn))
      const refused = [
        ...atOnce.filter(({ status }) => status !== 200 && status !== 409),
        ...later.filter(({ status }) => status !== 200),
      ]
      if (guids.size !== 1) faults.push(`key-${number} stands for ${guids.size} sessions`)
      for (const { status, text } of refused) faults.push(`key-${number} was answered ${status}: ${text}`)
    })
    const found = await findFaults(ground)
    return {
      done: `${keys} keys, each ${nodes * 2} times at once and ${nodes} times afterwards`,
      faults: [...faults, ...found.faults],
    }
  },
}

const openerOf =
  ({ shop }: Ground, key: string) =>
  (node: Parameters<Ground['shop']['ask']>[0]) =>
    shop.ask(node, '/globalpci/v1/digitalsession', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({
        agentId: 'agent7',
        accountConfigurationId: configurationId,
        paymentData: { Amount: '12.40', Currency: 'GBP', MerchantReferenceCode: key },
      }),
    })

const guidIn = ({ status, text }: Answered): readonly string[] =>
  status === 200 ? [JSON.parse(text).sessionGuid] : []
