import type { GatewayKinds } from './accounts/gateway-kind.ts'
import * as adyen from './adyen/adyen-gateway.ts'
import { connector } from './connector/connector.ts'
import * as cybersource from './cybersource/cybersource-gateway.ts'
import * as stripe from './stripe/stripe-gateway.ts'

/** Every kind of gateway that an account can have. */
export const gatewayKinds: GatewayKinds = {
  connector,
  [adyen.kind]: {
    settingsSchema: adyen.settingsSchema,
    shown: adyen.shownSettings,
    create: adyen.createAdyenGateway,
  },
  [cybersource.kind]: {
    settingsSchema: cybersource.settingsSchema,
    shown: cybersource.shownSettings,
    create: cybersource.createCybersourceGateway,
  },
  [stripe.kind]: {
    settingsSchema: stripe.settingsSchema,
    shown: stripe.shownSettings,
    create: stripe.createStripeGateway,
  },
}
