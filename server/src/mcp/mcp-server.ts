import { McpServer } from '@modelcontextprotocol/server'
import { Type } from 'typebox'
import { argumentsOf } from './arguments.ts'
import { instructions, takePayment, wordsText, wordsUri } from './guide.ts'
import { addTool, type ToolParts } from './tool.ts'
import { cancelSession } from './tools/cancel-session.ts'
import { explainSession } from './tools/explain-session.ts'
import { followSession } from './tools/follow-session.ts'
import { getSession } from './tools/get-session.ts'
import { moveMoney, voidPayment } from './tools/move-money.ts'
import { openSession } from './tools/open-session.ts'
import { resendLink } from './tools/resend-link.ts'
import { searchSessions } from './tools/search-sessions.ts'

/** Most members and elements that the arguments of a tool may have. */
const maxElements = 200

/**
 * The MCP server, as a connection has it.
 *
 * @param refunds whether the tools that move money back, capture and void are there at all.
 */
export function createMcpServer(
  parts: ToolParts,
  { version, refunds }: { readonly version: string; readonly refunds: 'refused' | 'allowed' },
): McpServer {
  const server = new McpServer(
    { name: 'tonegate', title: 'Tonegate', version },
    { instructions, maxToolInputElements: maxElements },
  )
  addTool(server, openSession(parts))
  addTool(server, followSession(parts))
  addTool(server, getSession(parts))
  addTool(server, searchSessions(parts))
  addTool(server, explainSession(parts))
  addTool(server, cancelSession(parts))
  addTool(server, resendLink(parts))
  if (refunds === 'allowed') {
    addTool(server, moveMoney('refund', parts))
    addTool(server, moveMoney('capture', parts))
    addTool(server, voidPayment(parts))
  }
  addGuide(server)
  return server
}

const promptArguments = Type.Object(
  {
    amount: Type.Optional(Type.String({ maxLength: 40, description: 'In major units, such as 12.40.' })),
    currency: Type.Optional(Type.String({ maxLength: 3, description: 'ISO 4217, such as GBP.' })),
    reference: Type.Optional(Type.String({ maxLength: 50, description: 'Of the order or invoice.' })),
  },
  { additionalProperties: false },
)

function addGuide(server: McpServer): void {
  server.registerPrompt(
    'take_a_payment',
    {
      title: 'Take a payment',
      description: 'Taking a card payment by voice without hearing the card.',
      argsSchema: argumentsOf(promptArguments),
    },
    (sent) => ({ messages: [{ role: 'user', content: { type: 'text', text: takePayment(sent) } }] }),
  )
  server.registerResource(
    'words',
    wordsUri,
    {
      title: 'States and outcomes of payments',
      description: 'What each state, outcome and decline reason means.',
      mimeType: 'text/markdown',
    },
    (uri) => ({ contents: [{ uri: uri.href, mimeType: 'text/markdown', text: wordsText() }] }),
  )
}
