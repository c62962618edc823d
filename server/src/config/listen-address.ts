/** Where a process listens. */
export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** Reads `10.0.0.5:8443` or `[::1]:8443`; `undefined` for anything else. */
export function readListenAddress(text: string): ListenAddress | undefined {
  const [, host, port] = /^(\[[0-9a-f:.]+\]|[^:[\]\s]+):(\d{1,5})$/i.exec(text) ?? []
  const number = Number(port)
  if (host === undefined || number > 65_535) return undefined
  return { host: host.replace(/^\[|\]$/g, ''), port: number }
}
