import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'

const server = join(import.meta.dirname, '../mcp.ts')

/** What a tool has answered. */
export interface ToolAnswer {
  readonly isError?: boolean | undefined
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked at by assertions, member by member
  readonly json: any
}

/**
 * The MCP server as a process, with the client of the official SDK, which speaks to it as a voice agent’s platform does. All
 * that goes over its pipes is kept.
 */
export async function startMcp(
  t: TestContext,
  {
    environment,
    words = [],
    versionNegotiation = 'auto',
  }: {
    readonly environment: Readonly<Record<string, string>>
    readonly words?: readonly string[]
    readonly versionNegotiation?: 'auto' | 'legacy'
  },
) {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [server, ...words],
    env: { PATH: process.env.PATH ?? '', ...environment },
    stderr: 'pipe',
  })
  const wire: Buffer[] = []
  transport.stderr?.on('data', (chunk: Buffer) => wire.push(chunk))
  const client = new Client(
    { name: 'voice-agent', version: '1.0.0' },
    { versionNegotiation: { mode: versionNegotiation } },
  )
  const start = transport.start.bind(transport)
  transport.start = async () => {
    await start()
    keepAll(transport, wire)
  }
  await client.connect(transport)
  t.after(() => client.close())

  return {
    client,
    call: callBy(client),
    wire: () => Buffer.concat(wire).toString(),
    process: processOf(transport),
  }
}

/** The SDK keeps it to itself. */
const processOf = (transport: StdioClientTransport): ChildProcess => {
  const { _process } = transport as unknown as { readonly _process?: ChildProcess }
  assert.ok(_process)
  return _process
}

function keepAll(transport: StdioClientTransport, wire: Buffer[]): void {
  const { stdin, stdout } = processOf(transport)
  assert.ok(stdin && stdout)
  stdout.on('data', (chunk: Buffer) => wire.push(chunk))
  const write = stdin.write.bind(stdin)
  stdin.write = ((chunk: string, ...more: []) => {
    wire.push(Buffer.from(chunk))
    return write(chunk, ...more)
  }) as typeof stdin.write
}

/** How a process ended. */
export async function endOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode
  const [code] = await once(child, 'exit')
  return code
}

/** Calls tools as an agent does that wants to hear how far they are. */
export const callBy =
  (client: Client) =>
  async (
    name: string,
    sent: Record<string, unknown> = {},
    progress?: (message: string) => void,
  ): Promise<ToolAnswer> => {
    const answer = await client.callTool(
      { name, arguments: sent },
      progress && { onprogress: ({ message }) => progress(message ?? '') },
    )
    const [{ text } = { text: '' }] = answer.content as readonly { readonly text: string }[]
    return { isError: answer.isError, text, json: answer.structuredContent }
  }
