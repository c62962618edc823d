import type { OAuthFlow } from '../identity/clients/create-client.ts'
import type { Scope } from '../identity/scopes.ts'

/** API credentials of the demo account: one for each way in. */
export interface DemoClient {
  readonly name: string
  /** For whoever reads the sandbox's page. */
  readonly purpose: string
  readonly clientType: 'confidential' | 'public'
  readonly flows: readonly OAuthFlow[]
  readonly scopes: readonly Scope[]
  readonly redirectUris: readonly string[]
  readonly postLogoutRedirectUris: readonly string[]
  readonly allowedOrigins: readonly string[]
}

/** Where a program on this machine listens: on any port of the loopback address, or on the customary one. */
const serverRedirectUris = ['http://127.0.0.1/callback', 'http://localhost:3000/callback']
const serverSignedOutUris = ['http://127.0.0.1/', 'http://localhost:3000/']

/** The customary ports of single-page applications under development, and the sandbox's own. */
const pagePorts = [3000, 5173, 8080]
const pageOrigins = pagePorts.flatMap((port) => [`http://localhost:${port}`, `http://127.0.0.1:${port}`])
const pageRedirectUris = [
  'http://127.0.0.1/callback',
  'http://127.0.0.1/',
  ...pagePorts.flatMap((port) => [`http://localhost:${port}/callback`, `http://localhost:${port}/`]),
]

const noPages = { redirectUris: [], postLogoutRedirectUris: [], allowedOrigins: [] } as const

/** The first is the one that a newcomer is shown. */
export const demoClients: readonly DemoClient[] = [
  {
    name: 'backend',
    purpose: 'a server acting for itself',
    clientType: 'confidential',
    flows: ['client_credentials'],
    scopes: ['globalpci'],
    ...noPages,
  },
  {
    name: 'store',
    purpose: 'a server acting for users who sign in',
    clientType: 'confidential',
    flows: ['authorization_code'],
    scopes: ['globalpci', 'openid', 'profile', 'offline_access'],
    redirectUris: serverRedirectUris,
    postLogoutRedirectUris: serverSignedOutUris,
    allowedOrigins: [],
  },
  {
    name: 'legacy',
    purpose: 'a legacy program that collects passwords',
    clientType: 'confidential',
    flows: ['password'],
    scopes: ['globalpci', 'offline_access'],
    ...noPages,
  },
  {
    name: 'browser',
    purpose: 'a single-page application without a server',
    clientType: 'public',
    flows: ['authorization_code', 'implicit'],
    scopes: ['globalpci', 'openid', 'profile'],
    redirectUris: pageRedirectUris,
    postLogoutRedirectUris: ['http://127.0.0.1/', ...pagePorts.map((port) => `http://localhost:${port}/`)],
    allowedOrigins: pageOrigins,
  },
  {
    name: 'resource-server',
    purpose: 'an API that introspects tokens',
    clientType: 'confidential',
    flows: [],
    scopes: [],
    ...noPages,
  },
]

/** The demo account's people: one of each licence. */
export const demoUsers = [
  { username: 'agent', displayName: 'Alex Agent', agentId: 'agent12345', licence: 'agent' },
  { username: 'supervisor', displayName: 'Sam Supervisor', agentId: null, licence: 'supervisor' },
  { username: 'administrator', displayName: 'Ada Administrator', agentId: null, licence: 'administrator' },
] as const
