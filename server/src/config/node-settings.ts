import { readKey } from './sealing-keys.ts'

/** How this node is reached by the others, where several serve one database. */
export interface NodeSettings {
  /** 32 bytes, which all nodes have. Null: what follows from the sealing key. */
  readonly key: Buffer | null
  /** Where the others reach this one. Null: the address by which it comes to the database, at any port. */
  readonly url: URL | null
}

/** Reads how nodes reach one another, with what is wrong with it. */
export function readNodeSettings({
  key: keyText,
  url: urlText,
}: {
  readonly key: string
  readonly url: string
}): {
  readonly read: NodeSettings
  readonly faults: readonly string[]
} {
  const key = readKey(keyText)
  const url = urlText === '' ? null : URL.parse(urlText)
  const isUrl = url === null ? urlText === '' : isReachable(url)
  const faults = [
    ...(key === undefined
      ? ['TONEGATE_NODE_KEY is not 32 bytes in base64. Generate one: openssl rand -base64 32']
      : []),
    ...(isUrl
      ? []
      : [
          `TONEGATE_NODE_URL is '${urlText}'; it must be the address where the other servers reach this one, such as https://10.0.0.5:8444.`,
        ]),
  ]
  return { read: { key: key ?? null, url: isUrl ? url : null }, faults }
}

/** An address that others can connect to: a socket may listen at every address, and at any port. */
const isReachable = ({ protocol, hostname, port, pathname, search, hash }: URL): boolean =>
  protocol === 'https:' &&
  `${pathname}${search}${hash}` === '/' &&
  port !== '0' &&
  !/^(?:0\.0\.0\.0|\[::\])$/.test(hostname)
