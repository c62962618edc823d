import type { ApiPart } from '../../../base/openapi/api-part.ts'
import { tag } from './provider-answers.ts'
import {
  callOffLaunch,
  cancelProviderSession,
  getProviderSession,
  launchSession,
  requestProviderToken,
  sendProviderLink,
} from './provider-operations.ts'

const session = '/api/v1/session/{tenantId}'

/** The provider contract as it is described. A test fails for a route that is not. */
export const providerContract: ApiPart = {
  tags: [{ name: tag, description: 'Sessions that other systems launch by the provider contract.' }],
  host: 'payment',
  securitySchemes: {
    providerToken: {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: 'An access token of `/api/v1/token`; valid for 299 seconds.',
    },
  },
  paths: {
    '/api/v1/token': { post: requestProviderToken },
    [`${session}/launch`]: { post: launchSession },
    [`${session}/launch/cancel`]: { post: callOffLaunch },
    [`${session}/{id}`]: { get: getProviderSession },
    [`${session}/{id}/link`]: { post: sendProviderLink },
    [`${session}/{id}/cancel`]: { post: cancelProviderSession },
  },
}
