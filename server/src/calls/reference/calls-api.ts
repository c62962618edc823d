import type { ApiPart } from '../../base/openapi/api-part.ts'
import { endCall, getCall, reportCall, reportTrouble, sendKeys } from './call-operations.ts'
import { commandSent, confirmCommand, readCommands } from './command-operations.ts'
import { tag } from './operation-parts.ts'
import { reportAnswered, reportEnded, reportUpdated, sendInfoDigits } from './referenced-call-operations.ts'

/** `/calls/v1` as it is described. A test fails for a route that is not. */
export const callsApi: ApiPart = {
  tags: [{ name: tag, description: 'What phone platforms tell, and what they are told.' }],
  host: 'payment',
  securitySchemes: {
    platformKey: {
      type: 'http',
      scheme: 'bearer',
      description: 'The key of a phone platform, `tgp_` and 43 characters; shown once when it is made.',
    },
  },
  paths: {
    '/calls/v1/calls/{callGuid}': { put: reportCall, get: getCall, delete: endCall },
    '/calls/v1/calls/{callGuid}/keys': { post: sendKeys },
    '/calls/v1/calls/{callGuid}/trouble': { post: reportTrouble },
    '/calls/v1/calls/by-reference/{reference}/answered': { post: reportAnswered },
    '/calls/v1/calls/by-reference/{reference}/updated': { post: reportUpdated },
    '/calls/v1/calls/by-reference/{reference}/info-digits': { post: sendInfoDigits },
    '/calls/v1/calls/by-reference/{reference}/ended': { post: reportEnded },
    '/calls/v1/commands': { get: readCommands },
    '/calls/v1/commands/{commandId}': { post: confirmCommand },
  },
  webhooks: { callCommand: commandSent },
}
