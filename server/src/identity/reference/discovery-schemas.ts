import { type TSchema, Type } from 'typebox'
import { exampleOrigins } from '../../base/openapi/example-region.ts'
import { authorizationServerMetadata } from '../endpoints/authorization-server-metadata.ts'
import { proofAlgorithms } from '../tokens/proof-key.ts'

/** OpenID Connect Core §5.3.2. */
export const userInfo = Type.Object(
  {
    sub: Type.String({ description: 'The id of the user.' }),
    name: Type.Optional(Type.String({ description: 'With the scope profile: the name.' })),
    preferred_username: Type.Optional(Type.String({ description: 'With the scope profile: the username.' })),
    agent_id: Type.Optional(Type.String({ description: 'The agent that the user is.' })),
    account: Type.Integer({ description: 'The account of the user.' }),
  },
  { title: 'UserInfo', description: 'The user whom an access token acts for.' },
)

/** What a server says of itself, which its schema is made of. */
export const exampleMetadata = authorizationServerMetadata({
  issuer: `${exampleOrigins.identity}/auth`,
  grantTypes: ['authorization_code', 'client_credentials', 'refresh_token', 'password'],
  signingAlgorithms: ['RS256', 'ES256'],
  assertionAlgorithms: proofAlgorithms,
})

const schemaOf = (value: unknown): TSchema => {
  if (Array.isArray(value)) return Type.Array(Type.String())
  if (typeof value === 'boolean') return Type.Boolean()
  return Type.String(String(value).startsWith('https:') ? { format: 'uri' } : {})
}

/** RFC 8414 §2, OpenID Connect Discovery §3. */
export const serverMetadata = Type.Object(
  Object.fromEntries(Object.entries(exampleMetadata).map(([name, value]) => [name, schemaOf(value)])),
  {
    title: 'AuthorizationServerMetadata',
    description: 'Where the endpoints of the identity server are, and what they take (RFC 8414).',
  },
)

/** RFC 9728 §2. */
export const resourceMetadata = Type.Object(
  {
    resource: Type.String({ format: 'uri', description: 'The address of the Payment API.' }),
    authorization_servers: Type.Array(Type.String({ format: 'uri' }), {
      description: 'Who issues tokens for it.',
    }),
    scopes_supported: Type.Array(Type.String(), { description: 'The scopes that it asks for.' }),
    bearer_methods_supported: Type.Array(Type.String(), { description: 'How a token is sent.' }),
    dpop_signing_alg_values_supported: Type.Array(Type.String(), {
      description: 'What DPoP proofs may be signed with.',
    }),
  },
  {
    title: 'ProtectedResourceMetadata',
    description: 'What the Payment API says of itself (RFC 9728).',
  },
)

const member = (description: string) => Type.Optional(Type.String({ description }))

/** RFC 7517 §5. */
export const keySet = Type.Object(
  {
    keys: Type.Array(
      Type.Object(
        {
          kty: Type.String({ description: 'The type of key: EC, RSA or OKP.' }),
          kid: Type.String({ description: 'The id of the key, as the header of a token has it.' }),
          alg: member('What it signs with.'),
          use: member('What it is for: sig.'),
          crv: member('The curve of an EC or OKP key.'),
          x: member('Of an EC or OKP key.'),
          y: member('Of an EC key.'),
          n: member('Of an RSA key.'),
          e: member('Of an RSA key.'),
        },
        { title: 'JsonWebKey', description: 'A public key (RFC 7517).' },
      ),
      { description: 'Those that sign, will sign, or have signed what is still valid.' },
    ),
  },
  { title: 'JsonWebKeySet', description: 'The public keys that tokens are signed with.' },
)
