import type { Readable, Writable } from 'node:stream'
import { parseArgs } from 'node:util'
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio'
import type { Clock } from '../base/clock.ts'
import { createOutgoing } from '../base/outgoing/create-outgoing.ts'
import { createApi } from './api.ts'
import { BoundedLines } from './bounded-lines.ts'
import { maskedTransport, maskText } from './masked-transport.ts'
import { createMcpServer } from './mcp-server.ts'
import { createOwnSessions } from './own-sessions.ts'
import { type McpSettings, readSettings, WrongSettings } from './settings.ts'
import { findTarget } from './target.ts'
import { createTokens } from './tokens.ts'
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
 * The MCP server on standard input and output, until its client closes them or a signal comes.
 *
 * @returns the exit code.
 */
export async function runMcp(process: McpProcess): Promise<number> {
  const complain = (text: string) => void process.stderr.write(`${maskText(text)}\n`)
  const options = readOptions(process.words)
  if (typeof options === 'string') {
    complain(`${options}\nSee: tonegate mcp --help`)
    return exitCodes.notUnderstood
  }
  try {
    const settings = readSettings(process.environment)
    const { apiUrl } = findTarget(settings)
    complain(`Tonegate’s MCP server ${process.version} is ready on standard input, for ${apiUrl}.`)
    return await serve(settings, options, process)
  } catch (error) {
    if (!(error instanceof WrongSettings || error instanceof ToolFault)) throw error
    complain(error.message)
    return exitCodes.configuration
  }
}

interface Options {
  readonly refunds: 'refused' | 'allowed'
  readonly links: 'hidden' | 'shown'
}

/** @returns why the words are not understood. */
function readOptions(words: readonly string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: { 'allow-refunds': { type: 'boolean' }, 'show-links': { type: 'boolean' } },
    })
    return {
      refunds: values['allow-refunds'] ? 'allowed' : 'refused',
      links: values['show-links'] ? 'shown' : 'hidden',
    }
  } catch (error) {
    return error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error)
  }
}

async function serve(
  settings: McpSettings,
  { refunds, links }: Options,
  process: McpProcess,
): Promise<number> {
  const { clock, version, told } = process
  const outgoing = createOutgoing({ clock, privateAddresses: 'allowed' })
  const target = () => findTarget(settings)
  const tokens = createTokens({ target, send: outgoing.send, clock })
  const api = createApi({ target, tokens, send: outgoing.send, clock })
  const parts = { settings, links, api, own: createOwnSessions(), clock }
  const { transport, closed } = openTransport(process)
  const connection = serveStdio(() => createMcpServer(parts, { version, refunds }), { transport })
  const code = await Promise.race([closed, told.then(() => exitCodes.done)])
  await connection.close()
  outgoing.close()
  return code
}

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
