import { Type } from 'typebox'
import { exampleIds } from './example-region.ts'

/** How a receiver knows where a message is from (Standard Webhooks). */
export const signatureHeaders = Type.Object({
  'webhook-id': Type.String({
    description: 'The id of the message, the same each time it is sent: ignore one that you have seen.',
    examples: [exampleIds.command],
  }),
  'webhook-timestamp': Type.String({
    pattern: '^\\d+$',
    description: 'When it was sent, in seconds since 1970: refuse what is older than a few minutes.',
    examples: ['1796031005'],
  }),
  'webhook-signature': Type.String({
    description:
      'One or more signatures, separated by spaces: `v1,` and the HMAC-SHA256 of `id.timestamp.body` with the secret, in base64.',
    examples: ['v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4='],
  }),
})
