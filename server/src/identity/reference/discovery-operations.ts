import type { TSchema } from 'typebox'
import type { Operation } from '../../base/openapi/api-part.ts'
import { exampleOrigins } from '../../base/openapi/example-region.ts'
import { problemAnswers } from '../../base/openapi/problem-answers.ts'
import { proofAlgorithms } from '../tokens/proof-key.ts'
import { exampleMetadata, keySet, resourceMetadata, serverMetadata } from './discovery-schemas.ts'
import { jsonAnswer } from './oauth-answers.ts'

const page = (
  names: Pick<Operation, 'operationId' | 'summary' | 'description'>,
  schema: TSchema,
  value: object,
): Operation => ({
  ...names,
  tag: 'Discovery',
  security: [],
  answers: {
    200: jsonAnswer('What there is.', { schema, examples: { region: { summary: 'Of a region', value } } }),
    ...problemAnswers('misdirected-request', 'internal-error'),
  },
})

export const getOpenIdConfiguration = page(
  {
    operationId: 'getOpenIdConfiguration',
    summary: 'Where the identity server’s endpoints are',
    description: 'At the path of OpenID Connect Discovery §4.',
  },
  serverMetadata,
  exampleMetadata,
)

export const getAuthorizationServerMetadata = page(
  {
    operationId: 'getAuthorizationServerMetadata',
    summary: 'Where the identity server’s endpoints are, again',
    description: 'The same at the path of RFC 8414 §3.1.',
  },
  serverMetadata,
  exampleMetadata,
)

export const getKeySet = page(
  {
    operationId: 'getKeySet',
    summary: 'The keys that tokens are signed with',
    description: 'A JSON Web Key Set (RFC 7517 §5). It may be kept as long as Cache-Control says.',
  },
  keySet,
  {
    keys: [
      {
        kty: 'EC',
        crv: 'P-256',
        x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
        y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
        kid: 'aXo7',
        alg: 'ES256',
        use: 'sig',
      },
    ],
  },
)

export const getProtectedResourceMetadata = page(
  {
    operationId: 'getProtectedResourceMetadata',
    summary: 'What the Payment API says of itself',
    description: 'Which tokens it takes, and who issues them (RFC 9728 §3).',
  },
  resourceMetadata,
  {
    resource: `${exampleOrigins.api}/globalpci`,
    authorization_servers: [`${exampleOrigins.identity}/auth`],
    scopes_supported: ['globalpci'],
    bearer_methods_supported: ['header'],
    dpop_signing_alg_values_supported: proofAlgorithms,
  },
)
