import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { systemClock } from '../../src/base/clock.ts'
import type { Region } from '../../src/base/region.ts'
import type { NewClient } from '../../src/identity/clients/create-client.ts'
import { startIdentityOn } from '../../src/identity/test-identity.ts'
import { signInAt } from '../harness/test-sign-in.ts'

/** Where the tests' clients let people arrive; nothing listens there. */
export const redirectUri = 'http://127.0.0.1/callback'

const person = { username: 'grace', password: 'a long enough password' }

/**
 * For the tests: an identity server on a real port and in real time, as foreign clients need it, under an issuer that
 * this port makes true; with an agent, and a client for each way in.
 */
export async function listenIdentity(t: TestContext) {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const region: Region = {
    name: 'nam',
    issuer: `${origin}/auth`,
    apiUrl: `${origin}/globalpci`,
    paymentOrigin: origin,
  }
  const started = await startIdentityOn(systemClock, t, { region })
  const { app, identity, account } = started
  await app.ready()
  server.on('request', (request, response) => app.routing(request, response))
  await identity.users.create({
    accountId: account.id,
    displayName: 'Grace Hopper',
    agentId: 'agent12345',
    licence: 'agent',
    ...person,
  })

  /** A client for people, with all that a person can allow; confidential unless it says otherwise. */
  async function createClient(order: Partial<NewClient> = {}) {
    const { clientId, clientSecret } = await started.createClient({
      flows: ['authorization_code'],
      scopes: ['globalpci', 'openid', 'profile', 'offline_access'],
      redirectUris: [redirectUri],
      ...order,
    })
    return { clientId, clientSecret: clientSecret ?? '' }
  }

  return {
    ...started,
    origin,
    region,
    person,
    createClient,
    /** Whom the Payment API takes the bearer of a token for. */
    callerOf: async (accessToken: string) =>
      identity.bearer({
        method: 'GET',
        url: '/globalpci/v1/session/1',
        headers: { authorization: `Bearer ${accessToken}` },
      }),
    /** Plays the agent and their browser: the address at which they arrive at the client. */
    signIn: (address: string | URL) => signInAt(String(address), person),
  }
}
