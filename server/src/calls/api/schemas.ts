import { type Static, Type } from 'typebox'
import { type Guid, parseGuid } from '../../base/guid.ts'
import { noSuchCall, type ReportedCall } from '../live/live-call.ts'
import { refuseWrongNames } from './refuse-names.ts'

const media = Type.Object(
  {
    rtpengine: Type.Object(
      {
        callId: Type.String({ minLength: 1, maxLength: 255 }),
        fromTag: Type.String({ minLength: 1, maxLength: 255 }),
        telephoneEvent: Type.Boolean(),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
)

const callMembers = {
  agentId: Type.String({ minLength: 1, maxLength: 255 }),
  state: Type.Optional(Type.Enum(['active', 'held'])),
  caller: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  media: Type.Optional(media),
  secured: Type.Optional(Type.Literal(false)),
}

const referenceText = Type.String({ minLength: 1, maxLength: 255 })

/** What a platform tells of a call (contract/calls §2). */
export const callBody = Type.Object(
  { ...callMembers, reference: Type.Optional(referenceText) },
  { additionalProperties: false },
)

/** The same of a call that the path names by the platform's own name. */
export const namedCallBody = Type.Object(
  { ...callMembers, replaces: Type.Optional(referenceText) },
  { additionalProperties: false },
)

export const endBody = Type.Union([
  Type.Null(),
  Type.Object(
    { endedBy: Type.Optional(Type.Enum(['caller', 'agent', 'platform'])) },
    { additionalProperties: false },
  ),
])

export const troubleBody = Type.Object(
  { trouble: Type.Enum(['tones-in-audio', 'audio-lost', 'audio-back']) },
  { additionalProperties: false },
)

/** `keys` are a card's digits: they stay the bytes of the body. */
export const keysBody = Type.Object(
  {
    keys: Type.Unsafe<unknown>({}),
    sequence: Type.Optional(Type.Integer({ minimum: 0, maximum: 9_999_999 })),
  },
  { additionalProperties: false },
)

export const callPath = Type.Object({ callGuid: Type.String() })
export const referencePath = Type.Object({ reference: referenceText })

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
