import type { TestContext } from 'node:test'
import { Client } from '@modelcontextprotocol/client'
import { InMemoryTransport } from '@modelcontextprotocol/server'
import { systemClock } from '../base/clock.ts'
import { maskedTransport } from './masked-transport.ts'
import { createMcpServer } from './mcp-server.ts'
import { createPartsOfAgents } from './parts-of-agents.ts'
import { readSettings } from './settings.ts'
import { callBy } from './test-mcp.ts'

/** The MCP server in the test’s own process, with the client of the official SDK. */
export async function connectMcp(
  t: TestContext,
  {
    environment,
    links = 'hidden',
    refunds = 'refused',
  }: {
    readonly environment: Readonly<Record<string, string>>
    readonly links?: 'hidden' | 'shown'
    readonly refunds?: 'refused' | 'allowed'
  },
) {
  const clock = systemClock
  const settings = readSettings(environment)
  const { partsOf, close } = createPartsOfAgents({
    settings,
    links,
    clock,
    stopping: new AbortController().signal,
  })
  const server = createMcpServer(partsOf(), { version: '1.0.0', refunds })
  const [ofClient, ofServer] = InMemoryTransport.createLinkedPair()
  await server.connect(maskedTransport(ofServer))
  const client = new Client({ name: 'voice-agent', version: '1.0.0' })
  await client.connect(ofClient)
  t.after(async () => {
    await client.close()
    close()
  })

  return { client, call: callBy(client) }
}
