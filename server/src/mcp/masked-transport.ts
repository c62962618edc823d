import type { JSONRPCMessage, McpServer, Transport } from '@modelcontextprotocol/server'
import { maskCardNumbers } from '../base/redaction/find-card-number.ts'
import { maskSecurityCodes } from '../base/redaction/find-security-code.ts'

/** The same transport, over which nothing goes out that reads as card data. */
export function maskedTransport<T extends Transport>(transport: T): T {
  const send = transport.send.bind(transport)
  transport.send = (message, options) => send(maskedMessage(message) as JSONRPCMessage, options)
  return transport
}

/** The same server, to whatever transport it is connected. */
export function maskedServer(server: McpServer): McpServer {
  const connect = server.connect.bind(server)
  server.connect = (transport) => connect(maskedTransport(transport))
  return server
}

/** By these the other side finds its own request; they are its own words. */
const names = new Set(['id', 'requestId', 'progressToken'])

export function maskedMessage(value: unknown): unknown {
  if (typeof value === 'string') return maskText(value)
  if (Array.isArray(value)) return value.map(maskedMessage)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, names.has(name) ? each : maskedMessage(each)]),
  )
}

/** A text as it may be shown and written down: where a card number was in it, it has no digit left, not even the last four. */
export function maskText(text: string): string {
  const masked = maskCardNumbers(text)
  return maskSecurityCodes(masked === text ? text : masked.replace(/\p{Nd}/gu, '*'))
}
