import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { systemClock } from '../../../server/src/base/clock.ts'
import { createOutgoing } from '../../../server/src/base/outgoing/create-outgoing.ts'
import type { Outgoing, OutgoingRequest } from '../../../server/src/base/outgoing/outgoing.ts'
import { adyenApiKey, merchantAccount } from '../../../server/src/vault/gateways/adyen/double/test-adyen.ts'
import { connectorSecret } from '../../../server/src/vault/gateways/connector/double/test-connector.ts'
import { cybersourceSettings } from '../../../server/src/vault/gateways/cybersource/double/test-cybersource.ts'
import { gatewayKinds } from '../../../server/src/vault/gateways/kinds.ts'
import { stripeApiKey } from '../../../server/src/vault/gateways/stripe/double/test-stripe.ts'
import { testRequest } from '../../../server/src/vault/gateways/test-request.ts'
import type { Gateway } from '../../../server/src/vault/model/gateway.ts'
import type { Bench, Scenario } from '../bench.ts'
import { median } from '../measure.ts'
import { count, decimal } from '../report.ts'

const settingsOf: Readonly<Record<string, (url: string) => object>> = {
  adyen: (baseUrl) => ({ apiKey: adyenApiKey, merchantAccount, baseUrl }),
  connector: (url) => ({ url: `${url}/tonegate`, secrets: [connectorSecret] }),
  cybersource: (baseUrl) => ({ ...cybersourceSettings, baseUrl }),
  stripe: (baseUrl) => ({ apiKey: stripeApiKey, baseUrl }),
}

/** Charges through each adapter, beside requests that are the same again and again through the same way out. */
export const charges: Scenario = async (bench) => {
  const rows: string[][] = []
  for (const name of Object.keys(gatewayKinds)) rows.push(await measureAdapter(name, bench))
  return [
    {
      title: 'Charges by gateway',
      about:
        'One after the other on each connection, against a double on a thread of its own that answers at once and keeps its ledger. ' +
        'The double’s own limit: one charge’s request, sent again and again as it is by the same HTTP client. Medians of the rounds.',
      head: ['Adapter', 'charges/s', 'the double alone/s', 'of it'],
      rows,
      targets: [],
    },
  ]
}

async function measureAdapter(name: string, { plan }: Bench): Promise<string[]> {
  const double = new Worker(new URL('../load/gateway-double.ts', import.meta.url), { workerData: name })
  const outgoing = createOutgoing({
    clock: systemClock,
    privateAddresses: 'allowed',
    maxSockets: plan.connections,
  })
  try {
    const [url] = (await once(double, 'message')) as [string]
    let sent: OutgoingRequest | undefined
    const send: Outgoing = (request) => {
      sent ??= { ...request, ...(request.body && { body: Buffer.from(request.body) }) }
      return outgoing.send(request)
    }
    const settings = settingsOf[name]?.(url)
    const gateway = gatewayKinds[name]?.create({
      settings: settings as never,
      send,
      sendInside: send,
      clock: systemClock,
    })
    if (!gateway) throw new Error(`There is no gateway ${name}.`)
    await charge(gateway)
    const again = async () => {
      if (!sent) throw new Error('Nothing was sent.')
      await outgoing.send({ ...sent, ...(sent.body && { body: Buffer.from(sent.body) }) })
    }
    await perSecondOf(() => charge(gateway), plan.connections, plan.warmUpMilliseconds)
    const [through, alone]: [number[], number[]] = [[], []]
    for (let round = 0; round < plan.rounds; round += 1) {
      through.push(await perSecondOf(() => charge(gateway), plan.connections, plan.milliseconds))
      alone.push(await perSecondOf(again, plan.connections, plan.milliseconds))
    }
    return [name, count(median(through)), count(median(alone)), decimal(median(through) / median(alone))]
  } finally {
    outgoing.close()
    await double.terminate()
  }
}

async function charge(gateway: Gateway): Promise<void> {
  const answer = await gateway.authorise(testRequest({ idempotencyKey: `${randomUUID()}-1` }))
  if (answer.status !== 'approved') throw new Error(`A charge was answered with ${answer.status}.`)
}

async function perSecondOf(
  act: () => Promise<void>,
  connections: number,
  milliseconds: number,
): Promise<number> {
  const until = performance.now() + milliseconds
  let done = 0
  const connection = async () => {
    while (performance.now() < until) {
      await act()
      done += 1
    }
  }
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: connections }, connection))
  return (done * 1000) / (performance.now() - startedAt)
}
