import type { ApiHost } from './api-part.ts'

/** The region that descriptions and their examples speak of; what is served speaks of the one that was asked. */
export const exampleOrigins = {
  identity: 'https://nam.tonegate.example',
  api: 'https://nam.api.tonegate.example',
  payment: 'https://nam.pay.tonegate.example',
} as const satisfies Record<ApiHost, string>

/** The ids of examples. */
export const exampleIds = {
  session: '01996f2e-8f0b-7c1d-9f5e-2b7f0c9d4e11',
  providerSession: '01996f2e-8f0c-7a52-8d0e-6f1a2b3c4d5e',
  call: '01996f2e-7a10-7e6b-b1c2-0d9e8f7a6b5c',
  command: '01996f2e-9d21-7b3c-a4d5-1e2f3a4b5c6d',
  client: '3f6c2a9e-5b1d-4c8f-9a7e-0d2b4c6e8f10',
  user: '7d1e9b3a-2c4f-4e6a-8b5d-9f0a1b2c3d4e',
} as const
