import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type TestContext, test } from 'node:test'
import { adminOf } from './harness/test-admin.ts'
import { eventually } from './harness/test-eventually.ts'
import { signInAt } from './harness/test-sign-in.ts'
import { startTestTonegate } from './harness/test-tonegate.ts'

/** Every route that may change something, as a server registers them. */
const routes = new Set<string>()
function collectRoutes(message: unknown): void {
  const { fastify } = message as { fastify: { addHook(name: 'onRoute', hook: (route: Route) => void): void } }
  fastify.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) if (!readsOnly.has(each)) routes.add(`${each} ${url}`)
  })
}

interface Route {
  readonly method: string | readonly string[]
  readonly url: string
}

const readsOnly: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Routes that leave no entry of their own, and why. A new route is in none of the lists, so that the test fails. */
const withoutEntry: Readonly<Record<string, string>> = {
  'POST /session/:tenant/view/:guid': 'opens a page',
  'POST /session/:tenant/view/:guid/framed': 'opens a page',
  'POST /session/:tenant/view/:guid/token': 'renews the token of a page',
  'POST /session/events': 'follows sessions',
  'POST /pay/:guid/:secret/state': 'gives up what was sent before',
  'POST /pay/:guid/:secret/opened': 'tells that a page is looked at',
  'POST /pay/:guid/:secret/typing': 'tells how many digits there are',
  'POST /pay/:guid/:secret/challenge': 'comes back from the bank: the payment that was begun goes on',
  'POST /auth/connect/introspect': 'asks',
  'POST /auth/connect/authorize': 'asks; who signs in or consents does so elsewhere',
  'POST /auth/connect/userinfo': 'asks',
  'POST /auth/connect/endsession': 'signs out, which is an entry: end-session.test.ts',
  'POST /api/v1/token': 'gives out a token',
  'POST /calls/v1/calls/by-reference/:reference/answered': 'tells of a call',
  'POST /calls/v1/calls/by-reference/:reference/updated': 'tells of a call',
  'POST /calls/v1/calls/by-reference/:reference/ended': 'tells of a call',
  'POST /calls/v1/calls/by-reference/:reference/info-digits': 'presses keys, as the next',
  'PUT /calls/v1/calls/:callGuid': 'tells of a call',
  'DELETE /calls/v1/calls/:callGuid': 'tells of a call',
  'POST /calls/v1/calls/:callGuid/keys': 'presses keys: the payment that they complete has its entries',
  'POST /calls/v1/calls/:callGuid/trouble': 'tells of a call',
  'POST /calls/v1/commands/:commandId': 'confirms a command',
  'POST /globalpci/gateways/:accountId/:gateway/notifications':
    'has a payment asked for again, whose outcome is an entry: gateway-notifications.test.ts',
  'POST /globalpci/v1/provider/:accountId/:configurationId/callback/:secret':
    'ends a session at another provider, which is an entry: callbacks.test.ts',
}

const redirectUri = 'https://desktop.example.com/callback'
const paymentData = { Amount: '12.40', Currency: 'USD', Email: 'ann@example.com' }
const card = { cardNumber: '4111111111111111', expiry: '12/30', securityCode: '123' }

async function start(t: TestContext) {
  subscribe('fastify.initialization', collectRoutes)
  const sandbox = await startTestTonegate(t)
  unsubscribe('fastify.initialization', collectRoutes)
  const { send, post, token, folder, tonegate } = sandbox
  const region = tonegate.sandbox?.regions.nam ?? assert.fail('There is no sandbox.')
  const [client = assert.fail()] = region.clients
  const provider = region.provider ?? assert.fail('There is no provider.')
  const admin = adminOf({ folder })
  const authorization = `Bearer ${await token()}`
  const seen = new Set<string>()
  let requests = 0

  const entriesSince = async (position: number) => {
    const lines = await admin(['audit', 'export', '--since-position', String(position)])
    return lines.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
  }
  let position = 0
  const actionsOf = (entries: readonly { readonly action: string }[]) => entries.map(({ action }) => action)

  /** Asks, and waits until the request has left these entries; the first of them is of this kind of actor. */
  async function leaves(
    route: string,
    kind: string,
    actions: readonly string[],
    ask: (headers: Record<string, string>) => Promise<{ readonly status: number; readonly text: string }>,
  ) {
    seen.add(route)
    requests += 1
    const id = `audit-${requests}`
    const answer = await ask({ 'x-request-id': id })
    const found = await eventually(async () => {
      const left = (await entriesSince(position)).filter(({ request }) => request === id)
      return left.length >= actions.length && left
    }).catch(() => assert.fail(`${route} left too little: ${answer.status} ${answer.text}`))
    assert.deepEqual(actionsOf(found), actions, route)
    for (const { actor } of found) assert.equal(actor.kind, kind, route)
    position = found.at(-1)?.position ?? position
    return { answer, found }
  }

  const open = async (path = 'session', accountConfigurationId = 0) =>
    JSON.parse(
      (
        await leaves(`POST /globalpci/v1/${path}`, 'client', ['session.open'], (headers) =>
          post(
            `/globalpci/v1/${path}`,
            { agentId: 'agent7', skipCallTransfer: true, paymentData, accountConfigurationId },
            { ...headers, authorization },
          ),
        )
      ).answer.text,
    )
  return {
    ...sandbox,
    region,
    client,
    provider,
    admin,
    authorization,
    seen,
    leaves,
    open,
    entriesSince,
    send,
  }
}

const formOf = (fields: Readonly<Record<string, string>>, headers: Record<string, string> = {}) => ({
  method: 'POST',
  headers,
  body: new URLSearchParams(fields),
})

test('each route that changes something leaves its entries, with its request and who sent it', async (t) => {
  const started = await start(t)
  const { send, leaves, client, seen } = started
  await paymentRoutes(started)

  await operationRoutes(started)

  const credentials = { client_id: client.clientId, client_secret: client.clientSecret ?? '' }
  await leaves('POST /auth/connect/token', 'system', ['client.refused'], (headers) =>
    send(
      '/auth/connect/token',
      formOf({ ...credentials, client_secret: 'wrong', grant_type: 'client_credentials' }, headers),
    ),
  )
  const given = await started.token()
  await leaves('POST /auth/connect/revocation', 'client', ['token.revoke'], (headers) =>
    send('/auth/connect/revocation', formOf({ ...credentials, token: given }, headers)),
  )

  await providerRoutes(started)
  await people(started)
  const known = new Set([...seen, ...Object.keys(withoutEntry)])
  assert.deepEqual(
    [...routes].filter((route) => !route.includes('/sandbox/') && !known.has(route)),
    [],
    'routes of which nobody knows whether they leave an entry',
  )
  assert.deepEqual(
    [...known].filter((route) => !routes.has(route)),
    [],
    'routes that are not there',
  )
})

async function paymentRoutes({ post, leaves, open, authorization }: Awaited<ReturnType<typeof start>>) {
  const first = await open()
  const headersOf = (headers: Record<string, string>) => ({ ...headers, authorization })
  await leaves(
    'POST /globalpci/v1/digitalsession/:sessionGuid/resend',
    'client',
    ['session.link.send'],
    (headers) =>
      post(
        `/globalpci/v1/digitalsession/${first.sessionGuid}/resend`,
        { channel: 'email', to: 'ann@example.com' },
        headersOf(headers),
      ),
  )
  const { found } = await leaves(
    'POST /globalpci/v1/session/:sessionGuid/cancel',
    'client',
    ['session.cancel', 'session.end'],
    (headers) => post(`/globalpci/v1/session/${first.sessionGuid}/cancel`, {}, headersOf(headers)),
  )
  assert.deepEqual(
    found.map(({ target }) => target.id),
    [first.sessionGuid, first.providerSessionGuid],
  )
  const second = await open()
  const view = new URL(second.iframeUrl.replace(/\/framed$/, '')).pathname
  await leaves('POST /session/:tenant/view/:guid/commands', 'agent', ['session.end'], (headers) =>
    post(
      `${view}/commands`,
      { command: 'cancel' },
      { ...headers, authorization: `Bearer ${second.agentAccessToken}` },
    ),
  )
}

/** Payments on the page of a link, and what follows them. */
async function operationRoutes({
  admin,
  open,
  leaves,
  send,
  post,
  authorization,
}: Awaited<ReturnType<typeof start>>) {
  const demo = ['--account', 'Demo nam']
  const usual = JSON.parse(await admin(['configuration', 'show', '0', ...demo]))
  const holding = { ...usual, id: 50, flow: { ...usual.flow, purpose: 'authorise' } }
  await admin(['configuration', 'put', '-', ...demo], JSON.stringify(holding))
  for (const [kind, configuration] of [
    ['refund', 0],
    ['capture', 50],
    ['void', 50],
  ] as const) {
    const paid = await open('digitalsession', configuration)
    await leaves(
      'POST /pay/:guid/:secret',
      'customer',
      ['payment.charge', 'payment.outcome', 'session.end'],
      (headers) => send(new URL(paid.paymentFormUrl).pathname, formOf(card, headers)),
    )
    await leaves(
      `POST /globalpci/v1/session/:sessionGuid/${kind}`,
      'client',
      [`payment.${kind}`, 'payment.outcome'],
      (headers) =>
        post(`/globalpci/v1/session/${paid.sessionGuid}/${kind}`, {}, { ...headers, authorization }),
    )
  }
}

async function providerRoutes({ send, post, leaves, provider }: Awaited<ReturnType<typeof start>>) {
  const { tenant, clientId, clientSecret, tenantname, username, flows } = provider
  const asked = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret }
  const tokens = await send('/api/v1/token', formOf({ ...asked, tenantname, username }))
  const asProgram = { authorization: `Bearer ${tokens.json.access_token}` }
  const path = `/api/v1/session/${tenant}`
  const link = flows.find(({ entry }) => entry === 'link') ?? assert.fail('There is no such flow.')
  const launch = {
    FlowId: link.id,
    InitialValues: { TotalAmount: '12.40', CurrencyCode: 'USD' },
  }
  const launchOnce = async (more: Record<string, string> = {}) =>
    JSON.parse(
      (
        await leaves('POST /api/v1/session/:tenant/launch', 'client', ['session.open'], (headers) =>
          post(`${path}/launch`, launch, { ...headers, ...asProgram, ...more }),
        )
      ).answer.text,
    )
  const { Id } = await launchOnce()
  await leaves('POST /api/v1/session/:tenant/:id/link', 'client', ['session.link.send'], (headers) =>
    post(`${path}/${Id}/link`, { Channel: 'email', To: 'ann@example.com' }, { ...headers, ...asProgram }),
  )
  await leaves('POST /api/v1/session/:tenant/:id/cancel', 'client', ['session.end'], (headers) =>
    post(`${path}/${Id}/cancel`, {}, { ...headers, ...asProgram }),
  )
  const key = { 'idempotency-key': 'launch-1' }
  await launchOnce(key)
  await leaves('POST /api/v1/session/:tenant/launch/cancel', 'client', ['session.end'], (headers) =>
    post(`${path}/launch/cancel`, {}, { ...headers, ...asProgram, ...key }),
  )
}

/** A person signs in with a browser, allows a client what it asks for. */
async function people({ admin, region, origin, seen, entriesSince }: Awaited<ReturnType<typeof start>>) {
  const person = region.users.find(({ username }) => username === 'agent') ?? assert.fail()
  await admin(['account', 'create', 'Quay'])
  const made = JSON.parse(
    await admin([
      ...['client', 'create', 'desktop', '--account', 'Quay', '--shared', '--public', '--json'],
      ...['--flow', 'authorization_code', '--scope', 'openid', '--redirect-uri', redirectUri],
    ]),
  )
  const before = (await entriesSince(0)).at(-1)?.position ?? 0
  const asked = {
    client_id: made.clientId,
    response_type: 'code',
    scope: 'openid',
    code_challenge: 'c'.repeat(43),
  }
  const query = new URLSearchParams({ ...asked, redirect_uri: redirectUri, code_challenge_method: 'S256' })
  const sentTo = await signInAt(`${origin}/auth/connect/authorize?${query}`, person)
  assert.match(sentTo, /[?&]code=/)
  const left = await eventually(async () => {
    const found = (await entriesSince(before)).filter(({ actor }) => actor.kind === 'user')
    return found.length >= 2 && found
  })
  assert.deepEqual(
    left.map(({ action, actor, target }) => [action, actor.name, target.kind]),
    [
      ['user.sign-in', 'agent', 'user'],
      ['consent.give', 'agent', 'client'],
    ],
  )
  for (const route of ['sign-in', 'consent']) seen.add(`POST /auth/${route}`)
}
