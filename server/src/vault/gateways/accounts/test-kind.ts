import { Type } from 'typebox'
import type { Gateway } from '../../model/gateway.ts'
import { guardGateway } from '../guard-gateway.ts'
import type { GatewayKind } from './gateway-kind.ts'

const refused = async () => ({ status: 'refused', gatewayCode: 'not-in-this-test' }) as const

/** For the tests: a kind of gateway that refuses everything. */
export const testKind: GatewayKind = {
  settingsSchema: Type.Object(
    { url: Type.String(), secret: Type.String({ minLength: 8 }), live: Type.Optional(Type.Boolean()) },
    { additionalProperties: false },
  ),
  shown: ['url', 'live'],
  create: guardGateway(
    (): Gateway => ({
      authorise: async () => ({ status: 'error', gatewayCode: 'not-in-this-test' }),
      reconcile: async () => undefined,
      capture: refused,
      void: refused,
      refund: refused,
    }),
  ),
}
