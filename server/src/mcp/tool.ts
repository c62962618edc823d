import type { McpServer, ServerContext, ToolAnnotations } from '@modelcontextprotocol/server'
import type { Static, TObject } from 'typebox'
import type { Clock } from '../base/clock.ts'
import type { createOneAtATime } from '../base/one-at-a-time.ts'
import type { Api } from './api.ts'
import { answerOf, argumentsOf } from './arguments.ts'
import type { FollowEvents } from './follow-events.ts'
import { maskText } from './masked-transport.ts'
import type { OwnSessions } from './own-sessions.ts'
import type { McpSettings } from './settings.ts'
import { ToolFault } from './tool-fault.ts'

/** What the tools work with. */
export interface ToolParts {
  readonly settings: McpSettings
  /** Whether the answers have the customer’s link. */
  readonly links: 'hidden' | 'shown'
  readonly api: Api
  readonly events: FollowEvents
  readonly own: OwnSessions
  readonly clock: Clock
  /** The server is about to end: who waits is told how it stands, and may ask the next one. */
  readonly stopping: AbortSignal
  /** Orders of the same payment one after the other. */
  readonly onOrder: ReturnType<typeof createOneAtATime>
}

/** What a model may call. */
export interface Tool<Input extends TObject, Output extends TObject> {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly annotations: ToolAnnotations
  readonly input: Input
  readonly output: Output
  /** @throws {ToolFault} what the model is told instead. */
  run(input: Static<Input>, call: ToolCall): Promise<Static<Output>>
}

/** The request of a client that a tool answers. */
export interface ToolCall {
  /** The client has called it off. */
  readonly signal: AbortSignal
  /** Tells a client that asked for it how far it is. */
  progress(message: string): Promise<void>
}

/** Gives a tool to a server. */
export function addTool<Input extends TObject, Output extends TObject>(
  server: McpServer,
  { name, title, description, annotations, input, output, run }: Tool<Input, Output>,
): void {
  const inputSchema = argumentsOf(input)
  const outputSchema = answerOf(output)
  server.registerTool(
    name,
    { title, description, annotations: { title, ...annotations }, inputSchema, outputSchema },
    async (sent: Static<Input>, context: ServerContext) => {
      try {
        const answer = await run(sent, callOf(context))
        return { content: [{ type: 'text', text: inText(answer) }], structuredContent: answer }
      } catch (error) {
        return { content: [{ type: 'text', text: inWords(error) }], isError: true }
      }
    },
  )
}

/** For clients that read texts alone: the same, as JSON. */
const inText = (answer: object): string => JSON.stringify(answer)

/** A bug is told to the operator; the model only that it is one. */
function inWords(error: unknown): string {
  if (error instanceof ToolFault) return error.message
  process.stderr.write(
    `${maskText(error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`,
  )
  return 'An internal error occurred in the MCP server. Pass the call to a person; the server’s standard error has more.'
}

function callOf({ mcpReq }: ServerContext): ToolCall {
  const progressToken = mcpReq._meta?.progressToken
  let progress = 0
  return {
    signal: mcpReq.signal,
    async progress(message) {
      if (progressToken === undefined) return
      progress += 1
      await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, message } })
    },
  }
}
