import type { Log } from '../base/log.ts'
import { createOutgoing } from '../base/outgoing/create-outgoing.ts'
import type { Config } from '../config/config.ts'
import type { StoreParts } from '../store/parts.ts'
import { createAccountGateways } from '../vault/gateways/accounts/account-gateways.ts'
import type { PlainHttp } from '../vault/gateways/accounts/read-gateway-settings.ts'
import { gatewayKinds } from '../vault/gateways/kinds.ts'
import type { Gateway, Gateways } from '../vault/model/gateway.ts'
import type { GatewayMeter } from '../vault/model/gateway-meter.ts'

/** In a sandbox a developer may have a gateway on their own machine. */
export const plainHttpOf = ({ mode }: Pick<Config, 'mode'>): PlainHttp =>
  mode === 'sandbox' ? 'to-this-machine' : 'refused'

/** The gateways of a region, and the connections to them. */
export function openGateways(
  config: Pick<Config, 'mode'>,
  {
    store,
    sealer,
    clock,
    shared,
    log,
    gatewayMeter,
  }: Pick<StoreParts, 'store' | 'sealer' | 'clock'> & {
    readonly shared: Readonly<Record<string, Gateway>>
    readonly log?: Log
    readonly gatewayMeter?: GatewayMeter
  },
): Gateways & { close(): void } {
  const inside = createOutgoing({ clock, privateAddresses: 'allowed' })
  const outside = config.mode === 'sandbox' ? inside : createOutgoing({ clock, privateAddresses: 'refused' })
  const accounts = createAccountGateways({
    store,
    sealer,
    clock,
    shared,
    kinds: gatewayKinds,
    plainHttp: plainHttpOf(config),
    send: outside.send,
    sendInside: inside.send,
    ...(log && { log }),
    ...(gatewayMeter && { gatewayMeter }),
  })
  return {
    ...accounts,
    close() {
      inside.close()
      outside.close()
    },
  }
}
