import { type Static, Type } from 'typebox'
import { type Guid, parseGuid } from '../../base/guid.ts'
import { noSuchCall, type ReportedCall } from '../live/live-call.ts'
import { refuseWrongNames } from './refuse-names.ts'

/** In one request (contract/calls §3). */
export const maxKeys = 64

const media = Type.Object(
  {
    rtpengine: Type.Object(
      {
        callId: Type.String({ minLength: 1, maxLength: 255, description: 'The SIP Call-ID.' }),
        fromTag: Type.String({ minLength: 1, maxLength: 255, description: 'The caller’s tag.' }),
        telephoneEvent: Type.Boolean({ description: 'Whether keys come as telephone-event.' }),
      },
      { additionalProperties: false, title: 'RtpengineMedia', description: 'A call as rtpengine knows it.' },
    ),
  },
  { additionalProperties: false, title: 'CallMedia', description: 'Where the media of a call are.' },
)

/** The states of a call; an agent has one active call. */
export const callState = Type.Enum(['active', 'held'], {
  type: 'string',
  title: 'CallState',
  description: 'An agent has one active call: making another active makes the former held.',
})

const callMembers = {
  agentId: Type.String({ minLength: 1, maxLength: 255, description: 'The agent who is on the call.' }),
  state: Type.Optional(callState),
  caller: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 64,
      description: 'The caller’s phone number; shown to nobody but the agent.',
    }),
  ),
  media: Type.Optional(media),
  secured: Type.Optional(
    Type.Literal(false, {
      description: 'After a restart: the platform does not know that the line is secured.',
    }),
  ),
}

const referenceText = (description: string) =>
  Type.String({ minLength: 1, maxLength: 255, description, examples: ['a84b4c76e66710@pc33.example'] })

const ownName = referenceText('The platform’s own name of the call.')

/** What a platform tells of a call (contract/calls §2). */
export const callBody = Type.Object(
  { ...callMembers, reference: Type.Optional(ownName) },
  { additionalProperties: false, title: 'CallReport', description: 'What a platform tells of a call.' },
)

/** The same of a call that the path names by the platform's own name. */
export const namedCallBody = Type.Object(
  { ...callMembers, replaces: Type.Optional(referenceText('The name that the call had before.')) },
  {
    additionalProperties: false,
    title: 'NamedCallReport',
    description: 'What a platform tells of a call that the path names.',
  },
)

export const callEnd = Type.Object(
  {
    endedBy: Type.Optional(
      Type.Enum(['caller', 'agent', 'platform'], { type: 'string', description: 'Who hung up.' }),
    ),
  },
  { additionalProperties: false, title: 'CallEnd', description: 'How a call ended.' },
)

/** There need be no body. */
export const endBody = Type.Union([Type.Null(), callEnd])

export const troubleBody = Type.Object(
  {
    trouble: Type.Enum(['tones-in-audio', 'audio-lost', 'audio-back'], {
      type: 'string',
      description: 'What is wrong with the line, or right again.',
    }),
  },
  { additionalProperties: false, title: 'CallTrouble', description: 'What the agent view warns of.' },
)

const sequence = Type.Optional(
  Type.Integer({
    minimum: 0,
    maximum: 9_999_999,
    description:
      'The number of the first key, counted from 0 since call.secure. Keys that came before are dropped; after a gap the field is asked for again.',
  }),
)

/** `keys` are a card's digits: they stay the bytes of the body. */
export const keysBody = Type.Object(
  { keys: Type.Unsafe<unknown>({}), sequence },
  { additionalProperties: false },
)

/** The same as it is sent, for the description. */
export const callKeys = Type.Object(
  {
    keys: Type.String({
      minLength: 1,
      maxLength: maxKeys,
      pattern: '^[0-9*#]+$',
      description: 'Never logged, traced, echoed or stored.',
    }),
    sequence,
  },
  { additionalProperties: false, title: 'CallKeys', description: 'What the caller has pressed.' },
)

export const callPath = Type.Object({
  callGuid: Type.String({ description: 'The id of the call: a GUID that the platform makes.' }),
})
export const referencePath = Type.Object({ reference: ownName })

/** @throws {Problem} `not-found` for what is no GUID. */
export function callGuidOf({ callGuid }: Static<typeof callPath>): Guid {
  const guid = parseGuid(callGuid)
  if (guid) return guid
  throw noSuchCall()
}

/** @throws {Problem} `invalid-request` for a person’s name with a card number, and any with control characters. */
export function reportedCall(body: Static<typeof callBody>): ReportedCall {
  const { agentId, state = 'active', caller = null, reference = null, media = null } = body
  refuseWrongNames({
    byPeople: { '/agentId': agentId, '/caller': caller },
    byMachines: {
      '/reference': reference,
      '/media/rtpengine/callId': media?.rtpengine.callId ?? null,
      '/media/rtpengine/fromTag': media?.rtpengine.fromTag ?? null,
    },
  })
  return {
    agentId,
    state,
    caller,
    reference,
    media,
    ...(body.secured === false && { secured: false }),
  }
}
