import { languages } from '@tonegate/protocol/languages'
import { Type } from 'typebox'
import { callState } from '../api/schemas.ts'
import { commandTypes } from '../commands/command.ts'

const guid = (description: string) => Type.String({ format: 'uuid', description })

/** A call as its platform is answered (contract/calls §2). */
export const call = Type.Object(
  {
    callGuid: guid('The id of the call.'),
    agentId: Type.String({ description: 'The agent who is on the call.' }),
    state: callState,
    secured: Type.Boolean({ description: 'Whether the caller’s keys reach nobody but Tonegate.' }),
    sessionGuid: Type.Union([guid('The session that the line is secured for.'), Type.Null()], {
      description: 'The session that the line is secured for; null if it is not.',
    }),
  },
  { title: 'Call', description: 'A call as Tonegate knows it.' },
)

export const takenKeys = Type.Object(
  { taken: Type.Integer({ minimum: 0, description: 'How many keys were taken.' }) },
  { title: 'TakenKeys', description: 'How many of the keys were taken; those that came before are not.' },
)

/** The body of a SIP INFO (contract/calls §7). */
export const infoDigits = Type.Object(
  {
    body: Type.String({
      pattern: '^[0-9A-Fa-f]+$',
      maxLength: 8192,
      description: 'The body of the SIP INFO in hexadecimal digits.',
    }),
    fromTag: Type.Optional(Type.String({ description: 'The tag of who sent it.' })),
  },
  { additionalProperties: false, title: 'InfoDigits', description: 'A digit that came as SIP INFO.' },
)

/** A command to a platform, as it is sent (contract/calls §4). */
export const callCommand = Type.Object(
  {
    type: Type.Enum([...commandTypes], {
      type: 'string',
      title: 'CallCommandType',
      description: 'What a platform is to do.',
    }),
    commandId: guid('The same when it is sent again.'),
    callGuid: guid('The call.'),
    reference: Type.Optional(Type.String({ description: 'The platform’s own name of the call.' })),
    sessionGuid: guid('The payment session.'),
    sentOn: Type.String({
      format: 'date-time',
      description: 'Of two commands for a call, the one that was sent later counts.',
    }),
    text: Type.Optional(Type.String({ description: 'With call.say: what the caller hears.' })),
    language: Type.Optional(
      Type.Enum([...languages], { type: 'string', description: 'With call.say: the language of the text.' }),
    ),
    key: Type.Optional(Type.String({ description: 'With call.say: the name of the text.' })),
  },
  { title: 'CallCommand', description: 'What a phone platform is told to do with a call.' },
)
