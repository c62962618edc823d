import type { ApiPart } from '../../base/openapi/api-part.ts'
import { exampleOrigins } from '../../base/openapi/example-region.ts'
import {
  getAuthorizationServerMetadata,
  getKeySet,
  getOpenIdConfiguration,
  getProtectedResourceMetadata,
} from './discovery-operations.ts'
import { authorize, endSession, getUserInfo } from './sign-in-operations.ts'
import { introspectToken, requestToken, revokeToken } from './token-operations.ts'

const connect = `${exampleOrigins.identity}/auth/connect`
const authorizationUrl = `${connect}/authorize`
const tokenUrl = `${connect}/token`

const scopes = { globalpci: 'Open payment sessions, and follow them.' }
const ofUsers = {
  ...scopes,
  openid: 'Learn who has signed in.',
  profile: 'Learn the user’s name.',
  offline_access: 'Renew the access token without the user.',
}

/** The identity server as it is described. A test fails for a route that is not. */
export const identityApi: ApiPart = {
  tags: [
    { name: 'Tokens', description: 'Access tokens: issued, looked at and revoked.' },
    { name: 'Sign-in', description: 'What a user’s browser is sent to, and who the user is.' },
    { name: 'Discovery', description: 'Where everything is.' },
  ],
  host: 'identity',
  securitySchemes: {
    oauth2: {
      type: 'oauth2',
      description:
        'An access token of the region’s identity server, in the header `Authorization: Bearer`. A back end uses clientCredentials, what an agent signs in to authorizationCode. A client uses the flows that it was registered for.',
      flows: {
        clientCredentials: { tokenUrl, scopes },
        authorizationCode: { authorizationUrl, tokenUrl, refreshUrl: tokenUrl, scopes: ofUsers },
        password: { tokenUrl, refreshUrl: tokenUrl, scopes: ofUsers },
        implicit: { authorizationUrl, scopes },
      },
    },
    clientBasic: {
      type: 'http',
      scheme: 'basic',
      description: 'The client’s id and secret. Instead, they may be sent in the body.',
    },
  },
  paths: {
    '/auth/connect/token': { post: requestToken },
    '/auth/connect/introspect': { post: introspectToken },
    '/auth/connect/revocation': { post: revokeToken },
    '/auth/connect/authorize': { get: authorize },
    '/auth/connect/endsession': { get: endSession },
    '/auth/connect/userinfo': { get: getUserInfo },
    '/auth/.well-known/openid-configuration': { get: getOpenIdConfiguration },
    '/.well-known/oauth-authorization-server/auth': { get: getAuthorizationServerMetadata },
    '/auth/.well-known/openid-configuration/jwks': { get: getKeySet },
  },
}

/** What the Payment API's own host says of who issues its tokens. */
export const resourceMetadataApi: ApiPart = {
  tags: [],
  host: 'api',
  paths: {
    '/.well-known/oauth-protected-resource/globalpci': { get: getProtectedResourceMetadata },
  },
}
