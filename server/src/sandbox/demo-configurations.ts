import type { Region, RegionName } from '../base/region.ts'
import type { AccountConfiguration } from '../payments/configurations/account-configuration.ts'
import { defaultFlow } from '../vault/model/launch.ts'

/** Of the configuration with short time-outs, so that what comes after one is seen soon. */
export const shortTimeoutConfigurationId = 3

/** Of the configuration whose sessions expire at once. */
export const expiringConfigurationId = 14

const currencies: Readonly<Record<RegionName, string>> = { nam: 'USD', emea: 'EUR', apac: 'AUD' }

/** Any page on this machine may frame the sandbox's agent view. */
const thisMachine = ['http://127.0.0.1:*', 'http://localhost:*', 'http://*.localhost:*']

/**
 * The account configurations of the demo account: 0 and 2 to 5 are typed on a keypad, 10 to 14 play themselves
 * (see {@link playedScenarios}).
 */
export function demoConfigurations({ name, paymentOrigin }: Region): readonly AccountConfiguration[] {
  const keypad: AccountConfiguration = {
    id: 0,
    name: 'Keypad, CyberSource results',
    resultTemplate: 'cybersource',
    defaultCurrency: currencies[name],
    agentAssistLifetimeSeconds: 3600,
    digitalLifetimeSeconds: 72 * 3600,
    digitalIdleSeconds: 72 * 3600,
    flow: {
      gateway: 'sandbox',
      merchantName: 'Harbour Street Books',
      frameAncestors: [...thisMachine, paymentOrigin],
      ...defaultFlow,
      stateMessages: [...thisMachine, paymentOrigin],
    },
  }
  const { flow } = keypad
  return [
    keypad,
    { ...keypad, id: 2, name: 'Keypad, Orbital results', resultTemplate: 'orbital' },
    {
      ...keypad,
      id: shortTimeoutConfigurationId,
      name: 'Keypad, short time-outs',
      flow: {
        ...flow,
        gatewayTimeoutSeconds: 2,
        firstDigitSeconds: 4,
        interDigitSeconds: 4,
        idleSeconds: 12,
      },
    },
    {
      ...keypad,
      id: 4,
      name: 'Security code optional',
      flow: { ...flow, securityCode: 'optional' },
    },
    {
      ...keypad,
      id: 5,
      name: 'Security code never requested',
      flow: { ...flow, securityCode: 'never' },
    },
    { ...keypad, id: 10, name: 'Approves automatically after one second' },
    { ...keypad, id: 11, name: 'Declines automatically after one second' },
    {
      ...keypad,
      id: 12,
      name: 'Times out after one second',
      flow: { ...flow, idleSeconds: 1 },
      digitalIdleSeconds: 1,
    },
    { ...keypad, id: 13, name: 'Gateway does not answer', flow: { ...flow, gatewayTimeoutSeconds: 1 } },
    {
      ...keypad,
      id: expiringConfigurationId,
      name: 'Expires automatically after one second',
      agentAssistLifetimeSeconds: 1,
      digitalLifetimeSeconds: 1,
    },
  ]
}

/** What the simulated caller does in a session of a configuration that plays itself. */
export const playedScenarios: ReadonlyMap<number, 'approved' | 'declined' | 'no-answer'> = new Map([
  [10, 'approved'],
  [11, 'declined'],
  [13, 'no-answer'],
])
