import { readListenAddress } from './listen-address.ts'

/** The way between the two processes, where each is a process of its own. */
export interface ChannelSettings {
  /** 32 bytes, which both have. */
  readonly key: Buffer
  /** Where this process listens for the other. */
  readonly host: string
  readonly port: number
  /** Where the other one listens. */
  readonly peer: URL
}

/** Which process one is, the API process or the vault process; `both` is one without a channel. */
export type Role =
  | { readonly role: 'both'; readonly channel: null }
  | { readonly role: SplitRole; readonly channel: ChannelSettings }

/** The variables as they were given; empty when they were not. */
interface ChannelVariables {
  readonly role: string
  /** `undefined` when it is not 32 bytes, null when there is none. */
  readonly key: Buffer | null | undefined
  readonly listen: string
  readonly peer: string
}

/** Reads which of the two processes one is, and how it reaches the other. */
export function readRole(variables: ChannelVariables): {
  readonly read: Role
  readonly faults: readonly string[]
} {
  const { key, listen, peer } = variables
  const role = variables.role.toLowerCase()
  const both = { role: 'both', channel: null } as const
  if (role === 'both' || role === '') return { read: both, faults: [] }
  const splitRole = splitRoles.find((each) => each === role)
  if (!splitRole)
    return { read: both, faults: [`TONEGATE_ROLE is '${variables.role}'; allowed values: both, api, vault.`] }
  const address = readListenAddress(listen)
  const url = URL.parse(peer)
  const faults = [
    ...(key ? [] : [keyFault(key)]),
    ...(address ? [] : [listenFault(listen)]),
    ...(url?.protocol === 'https:' && url.pathname === '/' ? [] : [peerFault(peer)]),
  ]
  if (!key || !address || !url || faults.length > 0) return { read: both, faults }
  return { read: { role: splitRole, channel: { key, ...address, peer: url } }, faults }
}

const keyFault = (key: null | undefined): string =>
  key === null
    ? 'TONEGATE_CHANNEL_KEY is missing. Both processes need the same key. Generate one: openssl rand -base64 32'
    : 'TONEGATE_CHANNEL_KEY is not 32 bytes in base64. Generate one: openssl rand -base64 32'

const given = (text: string): string => (text === '' ? 'missing' : `'${text}'`)

const listenFault = (text: string): string =>
  `TONEGATE_CHANNEL_LISTEN is ${given(text)}; it must be the address where this process listens for the other one, such as 10.0.0.5:8443.`

const peerFault = (text: string): string =>
  `TONEGATE_CHANNEL_PEER is ${given(text)}; it must be the address where the other process listens, such as https://10.0.0.6:8443.`

/** Which of the two processes one is, where Tonegate is split. */
export const splitRoles = ['api', 'vault'] as const

export type SplitRole = (typeof splitRoles)[number]
