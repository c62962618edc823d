import type { Readable, Writable } from 'node:stream'
import { parseArgs } from 'node:util'
import type { McpServer } from '@modelcontextprotocol/server'
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio'
import type { Clock } from '../base/clock.ts'
import { BoundedLines } from './bounded-lines.ts'
import { readHttpSettings } from './http/http-settings.ts'
import { serveHttp } from './http/serve-http.ts'
import { maskedTransport, maskText } from './masked-transport.ts'
import { createMcpServer } from './mcp-server.ts'
import { createPartsOfAgents } from './parts-of-agents.ts'
import { type McpSettings, readSettings, WrongSettings } from './settings.ts'
import { findTarget } from './target.ts'
import type { ToolParts } from './tool.ts'
import { ToolFault } from './tool-fault.ts'

/** Where the MCP server runs. */
export interface McpProcess {
  readonly words: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly stdin: Readable
  readonly stdout: Writable
  readonly stderr: Writable
  readonly version: string
  readonly clock: Clock
  /** Resolves when a signal says that it is to end. */
  readonly told: Promise<void>
}

/** As of `serve`, and of commands that are not understood. */
const exitCodes = { done: 0, failed: 1, notUnderstood: 2, configuration: 78 } as const

/** Of one message; the largest that a tool takes is a few KiB. */
const maxMessageBytes = 256 * 1024

/**
 * The MCP server, on standard input and output until its client closes them, or by HTTP; and until a signal comes.
 *
 * @returns the exit code.
 */
export async function runMcp(process: McpProcess): Promise<number> {
  const complain = complainTo(process)
  const options = readOptions(process.words)
  if (typeof options === 'string') {
    complain(`${options}\nSee: tonegate mcp --help`)
    return exitCodes.notUnderstood
  }
  try {
    const settings = readSettings(process.environment)
    return await serve(settings, options, process)
  } catch (error) {
    if (!(error instanceof WrongSettings || error instanceof ToolFault)) throw error
    complain(error.message)
    return exitCodes.configuration
  }
}

interface Options extends Pick<ToolParts, 'links'> {
  readonly refunds: 'refused' | 'allowed'
  /** Where it listens; absent: nowhere. */
  readonly http: string | undefined
}

/** @returns why the words are not understood. */
function readOptions(words: readonly string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        'allow-refunds': { type: 'boolean' },
        'show-links': { type: 'boolean' },
        http: { type: 'string' },
      },
    })
    return {
      refunds: values['allow-refunds'] ? 'allowed' : 'refused',
      links: values['show-links'] ? 'shown' : 'hidden',
      http: values.http,
    }
  } catch (error) {
    return error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error)
  }
}

async function serve(settings: McpSettings, options: Options, process: McpProcess): Promise<number> {
  const { apiUrl } = findTarget(settings)
  const { agentId } = settings
  const http =
    options.http === undefined ? undefined : readHttpSettings(options.http, process.environment, settings)
  const stopping = new AbortController()
  const { partsOf, close } = createPartsOfAgents({
    ...process,
    ...options,
    ...{ settings, stopping: stopping.signal },
  })
  const serverOf = (id = agentId) => createMcpServer(partsOf(id), { ...process, ...options })
  const complain = complainTo(process)
  const ready = (where: string) =>
    complain(`Tonegate’s MCP server ${process.version} is ready ${where}, for ${apiUrl}.`)
  try {
    if (!http) return await serveByPipes(serverOf, process, ready)
    const { url, close: closeHttp } = await serveHttp({ ...process, http, agentId, serverOf, complain })
    ready(`at ${url}`)
    await process.told
    stopping.abort()
    await closeHttp()
    return exitCodes.done
  } finally {
    close()
  }
}

async function serveByPipes(
  serverOf: () => McpServer,
  process: McpProcess,
  ready: (where: string) => void,
): Promise<number> {
  const { transport, closed } = openTransport(process)
  const connection = serveStdio(() => serverOf(), { transport })
  ready('on standard input')
  const code = await Promise.race([closed, process.told.then(() => exitCodes.done)])
  await connection.close()
  return code
}

const complainTo =
  ({ stderr }: Pick<McpProcess, 'stderr'>) =>
  (text: string): void =>
    void stderr.write(`${maskText(text)}\n`)

/** The client’s end of the pipes; what comes through them is bounded. */
function openTransport({ stdin, stdout, stderr }: McpProcess) {
  const bounded = stdin.pipe(new BoundedLines(maxMessageBytes))
  const transport = maskedTransport(
    new StdioServerTransport(bounded, stdout, { maxBufferSize: 2 * maxMessageBytes }),
  )
  const closed = new Promise<number>((resolve) => {
    bounded.once('error', (error) => {
      stderr.write(`${error.message} The connection is closed.\n`)
      resolve(exitCodes.failed)
    })
    bounded.once('close', () => resolve(exitCodes.done))
    // Its client has gone.
    stdout.once('error', () => resolve(exitCodes.done))
  })
  return { transport, closed }
}
