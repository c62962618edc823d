import type { TestContext } from 'node:test'
import { Client } from '@modelcontextprotocol/client'
import { InMemoryTransport } from '@modelcontextprotocol/server'
import { systemClock } from '../base/clock.ts'
import { createOutgoing } from '../base/outgoing/create-outgoing.ts'
import { createApi } from './api.ts'
import { maskedTransport } from './masked-transport.ts'
import { createMcpServer } from './mcp-server.ts'
import { createOwnSessions } from './own-sessions.ts'
import { readSettings } from './settings.ts'
import { findTarget } from './target.ts'
import type { ToolAnswer } from './test-mcp.ts'
import { createTokens } from './tokens.ts'

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
  const { send, close } = createOutgoing({ clock, privateAddresses: 'allowed' })
  const target = () => findTarget(settings)
  const api = createApi({ target, tokens: createTokens({ target, send, clock }), send, clock })
  const parts = { settings, links, api, own: createOwnSessions(), clock }
  const server = createMcpServer(parts, { version: '1.0.0', refunds })
  const [ofClient, ofServer] = InMemoryTransport.createLinkedPair()
  await server.connect(maskedTransport(ofServer))
  const client = new Client({ name: 'voice-agent', version: '1.0.0' })
  await client.connect(ofClient)
  t.after(async () => {
    await client.close()
    close()
  })

  async function call(name: string, sent: Record<string, unknown> = {}): Promise<ToolAnswer> {
    const answer = await client.callTool({ name, arguments: sent })
    const [{ text } = { text: '' }] = answer.content as readonly { readonly text: string }[]
    return { isError: answer.isError, text, json: answer.structuredContent }
  }

  return { client, call }
}
