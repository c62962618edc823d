import { composeDocument } from '../../base/openapi/compose-document.ts'
import { callsApi } from '../../calls/reference/calls-api.ts'
import { identityApi, resourceMetadataApi } from '../../identity/reference/identity-api.ts'
import { paymentApi } from '../../payments/reference/payment-api.ts'
import { providerContract } from '../../vault/provider-api/reference/provider-contract.ts'

/** Everything that a program may call, as one description (OpenAPI 3.1) in the terms of the example region. */
export const apiReference = composeDocument({
  info: {
    title: 'Tonegate API',
    version: '1',
    summary: 'Card payments on a live call or by a link.',
    description:
      'The Payment API opens payment sessions and follows them; the identity server issues its access tokens. Phone platforms use Calls, and systems that bring their own flows the provider contract. Paths and JSON member names of the Payment API are case-insensitive.',
    contact: { name: 'The operator of the region' },
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  parts: [identityApi, resourceMetadataApi, paymentApi, callsApi, providerContract],
})
