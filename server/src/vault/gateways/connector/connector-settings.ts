import { type Static, Type } from 'typebox'

export const settingsSchema = Type.Object(
  {
    /** Where the requests go, each with its operation at the end of the path. */
    url: Type.String({ pattern: '^https?://', maxLength: 2048 }),
    /** Each request is signed with all of them. */
    secrets: Type.Array(Type.String({ pattern: '^whsec_[A-Za-z0-9+/]{32,86}={0,2}$' }), {
      minItems: 1,
      maxItems: 4,
    }),
    /** Whether the endpoint may be at an address of the operator's own network. */
    insideNetwork: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)

export type ConnectorSettings = Static<typeof settingsSchema>
