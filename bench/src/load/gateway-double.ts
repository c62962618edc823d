import { parentPort, workerData } from 'node:worker_threads'
import { startAdyenDouble } from '../../../server/src/vault/gateways/adyen/double/test-adyen.ts'
import { startConnectorDouble } from '../../../server/src/vault/gateways/connector/double/test-connector.ts'
import { startCybersourceDouble } from '../../../server/src/vault/gateways/cybersource/double/test-cybersource.ts'
import { startStripeDouble } from '../../../server/src/vault/gateways/stripe/double/test-stripe.ts'

const doubles = {
  adyen: startAdyenDouble,
  connector: startConnectorDouble,
  cybersource: startCybersourceDouble,
  stripe: startStripeDouble,
}

/** A vendor's double on a thread of its own, which answers at once. */
const { url } = await doubles[workerData as keyof typeof doubles]({})
parentPort?.postMessage(url)
