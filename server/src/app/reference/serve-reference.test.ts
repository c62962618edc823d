import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { test } from 'node:test'
import { startTestTonegate } from '../../../test/harness/test-tonegate.ts'
import { apiReference } from './api-reference.ts'
import { referencePath } from './serve-reference.ts'

interface Document {
  readonly openapi: string
  readonly servers: readonly { readonly url: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, { readonly description?: string }>>
    readonly securitySchemes: Readonly<Record<string, { readonly flows?: object }>>
  }
}

const document = apiReference as Document

test('the description that is served speaks of the host that was asked', async (t) => {
  const { origin, send } = await startTestTonegate(t)
  const answer = await send(referencePath)
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8')
  assert.equal(answer.headers.get('access-control-allow-origin'), '*')
  assert.doesNotMatch(answer.text, /tonegate\.example/)
  const example = /https:\/\/nam(?:\.api|\.pay)?\.tonegate\.example/g
  assert.equal(answer.text, JSON.stringify(apiReference).replace(example, origin))
  const { servers, components } = answer.json as Document
  assert.deepEqual(
    servers.map(({ url }) => url),
    [origin],
  )
  const discovered = (await send('/auth/.well-known/openid-configuration')).json
  assert.deepEqual(components.securitySchemes.oauth2?.flows, {
    clientCredentials: { tokenUrl: discovered.token_endpoint, scopes: paymentScope },
    authorizationCode: {
      authorizationUrl: discovered.authorization_endpoint,
      tokenUrl: discovered.token_endpoint,
      refreshUrl: discovered.token_endpoint,
      scopes: userScopes,
    },
    password: {
      tokenUrl: discovered.token_endpoint,
      refreshUrl: discovered.token_endpoint,
      scopes: userScopes,
    },
    implicit: { authorizationUrl: discovered.authorization_endpoint, scopes: paymentScope },
  })
})

test('a host that is none of the region’s is not spoken of', async (t) => {
  const { tonegate } = await startTestTonegate(t)
  const { get } = await import('node:http')
  const text = await new Promise<string>((resolve, reject) => {
    const headers = { host: 'evil.example' }
    get({ port: tonegate.port, path: referencePath, headers }, async (answer) => {
      resolve(Buffer.concat(await answer.toArray()).toString())
    }).on('error', reject)
  })
  assert.doesNotMatch(text, /evil/)
})

test('in production the description speaks of the region’s three hosts', async (t) => {
  const { send } = await startTestTonegate(t, {
    environment: { TONEGATE_DOMAIN: 'tonegate.test' },
  })
  const { servers, paths } = (await send(referencePath)).json as Document
  assert.deepEqual(servers[0]?.url, 'https://nam.api.tonegate.test')
  const serversOf = (path: string) =>
    (paths[path]?.servers as Document['servers'] | undefined)?.map(({ url }) => url)
  assert.deepEqual(serversOf('/auth/connect/token'), ['https://nam.tonegate.test'])
  assert.deepEqual(serversOf('/calls/v1/commands'), ['https://nam.pay.tonegate.test'])
  assert.equal(serversOf('/globalpci/v1/session'), undefined)
})

const paymentScope = { globalpci: 'Open payment sessions, and follow them.' }
const userScopes = {
  ...paymentScope,
  openid: 'Learn who has signed in.',
  profile: 'Learn the user’s name.',
  offline_access: 'Renew the access token without the user.',
}

/** Routes that no program of an integrator calls, and why; with a slash at the end, all below it. */
const notForPrograms: Readonly<Record<string, string>> = {
  '/': 'a page',
  '/session/': 'pages of agents',
  '/pay/': 'pages of customers',
  '/sandbox': 'the sandbox',
  '/sandbox/': 'the sandbox',
  '/assets/': 'files of pages',
  '/docs': 'the documentation',
  '/docs/': 'the documentation',
  '/favicon.ico': 'a file of pages',
  '/favicon.svg': 'a file of pages',
  '/auth/sign-in': 'a page of people',
  '/auth/consent': 'a page of people',
  '/globalpci/errors': 'a page',
  '/globalpci/openapi.json': 'the description itself',
  '/globalpci/gateways/': 'for gateways: docs/gateways.md',
  '/globalpci/v1/provider/': 'for other providers: docs/remote-provider.md',
}

/** Forms that a browser may post to what is described as a GET. */
const alsoPosted = ['/auth/connect/authorize', '/auth/connect/endsession', '/auth/connect/userinfo']

const methods = ['get', 'put', 'post', 'delete']

test('each route that a program may call is described, and nothing that is not there', async (t) => {
  const routes = new Set<string>()
  const collect = (message: unknown) => {
    const { fastify } = message as {
      fastify: {
        addHook(name: 'onRoute', hook: (route: { method: string | string[]; url: string }) => void): void
      }
    }
    fastify.addHook('onRoute', ({ method, url }) => {
      for (const each of [method].flat()) routes.add(`${each.toLowerCase()} ${patternOf(url)}`)
    })
  }
  subscribe('fastify.initialization', collect)
  t.after(() => unsubscribe('fastify.initialization', collect))
  await startTestTonegate(t)
  const described = Object.entries(document.paths).flatMap(([path, item]) =>
    methods.filter((method) => method in item).map((method) => `${method} ${patternOf(path)}`),
  )
  assert.deepEqual(
    described.filter((each) => !routes.has(each)),
    [],
  )
  const left = [...routes].filter((each) => {
    const [method = '', path = ''] = each.split(' ')
    return methods.includes(method) && !described.includes(each) && !isLeftOut(method, path)
  })
  assert.deepEqual(left.sort(), [])
})

const isLeftOut = (method: string, path: string): boolean =>
  (method === 'post' && alsoPosted.includes(path)) ||
  Object.keys(notForPrograms).some((each) =>
    each.length > 1 && each.endsWith('/') ? path.startsWith(each) : path === each,
  )

/** `/v1/session/:guid` and `/v1/session/{sessionGuid}` alike. */
const patternOf = (path: string): string => path.replace(/:\w+|\{\w+\}/g, '*').toLowerCase()

test('each schema has a name and says what it is', () => {
  for (const [name, { description }] of Object.entries(document.components.schemas)) {
    assert.match(name, /^[A-Z][A-Za-z]+$/)
    assert.ok(description, `${name} has no description`)
  }
})
