import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { startCli } from './test-cli.ts'

const books = ['--account', 'Harbour Street Books']
const backend = [
  'client',
  'create',
  'backend',
  ...books,
  '--flow',
  'client_credentials',
  '--scope',
  'globalpci',
]
const desktop = 'https://desktop.example.com/callback'

test('API credentials are made, get a token, and show their secret once', async (t) => {
  const { runJson, run, post } = await startCli(t)
  const made = await runJson(...backend)
  assert.match(made.clientSecret, /^[A-Za-z0-9]{40}$/)
  const form = { grant_type: 'client_credentials', scope: 'globalpci' }
  assert.equal((await post('token', form, made)).statusCode, 200)
  for (const typed of [
    ['client', 'list'],
    ['client', 'show', made.clientId],
  ]) {
    const { answer } = await run(...typed)
    assert.ok(answer.includes(made.clientId))
    assert.ok(!answer.includes(made.clientSecret))
  }
  const again = await run(...backend)
  assert.deepEqual(
    [again.code, again.complaint],
    [1, "The account 'Harbour Street Books' already has a client 'backend'.\n"],
  )
})

test('everything that a client may be registered with is shown as it was given', async (t) => {
  const { runJson } = await startCli(t)
  const { clientId, clientSecret } = await runJson(
    ...['client', 'create', 'page', ...books, '--public', '--shared', '--dpop'],
    ...['--id-token-alg', 'ES256'],
    ...['--flow', 'authorization_code', '--flow', 'implicit', '--scope', 'globalpci', '--scope', 'openid'],
    ...['--redirect-uri', desktop, '--redirect-uri', 'http://127.0.0.1/callback'],
    ...[
      '--post-logout-redirect-uri',
      'https://desktop.example.com/bye',
      '--origin',
      'https://desktop.example.com',
    ],
  )
  assert.equal(clientSecret, undefined)
  assert.deepEqual(await runJson('client', 'show', clientId.toUpperCase()), {
    clientId,
    name: 'page',
    clientType: 'public',
    flows: ['authorization_code', 'implicit'],
    scopes: ['globalpci', 'openid'],
    redirectUris: [desktop, 'http://127.0.0.1/callback'],
    postLogoutRedirectUris: ['https://desktop.example.com/bye'],
    allowedOrigins: ['https://desktop.example.com'],
    authentication: 'none',
    publicKeys: [],
    dpopBound: true,
    shared: true,
    idTokenAlgorithm: 'ES256',
    accessTokenAlgorithm: null,
    disabled: false,
    account: 'Harbour Street Books',
    secrets: [],
  })
})

for (const [what, options] of [
  [
    'client credentials without a secret',
    ['--public', '--flow', 'client_credentials', '--scope', 'globalpci'],
  ],
  ['a code without a redirect URI', ['--flow', 'authorization_code', '--scope', 'globalpci']],
  ['a flow without a scope', ['--flow', 'client_credentials']],
  [
    'an http redirect URI (RFC-47)',
    ['--flow', 'implicit', '--scope', 'globalpci', '--redirect-uri', 'http://a.example/'],
  ],
  [
    'a redirect URI with a fragment (RFC-13)',
    ['--flow', 'implicit', '--scope', 'globalpci', '--redirect-uri', 'https://a.example/#x'],
  ],
  [
    'an origin with a path',
    ['--flow', 'client_credentials', '--scope', 'globalpci', '--origin', 'https://a.example/x'],
  ],
  [
    'keys of a public client',
    [
      '--public',
      '--flow',
      'implicit',
      '--scope',
      'globalpci',
      '--redirect-uri',
      desktop,
      '--public-key',
      'public.jwk',
    ],
  ],
  ['a private key', ['--flow', 'client_credentials', '--scope', 'globalpci', '--public-key', 'private.jwk']],
  [
    'a file without a key',
    ['--flow', 'client_credentials', '--scope', 'globalpci', '--public-key', 'no.jwk'],
  ],
  [
    'an algorithm that tokens are not signed with',
    ['--flow', 'client_credentials', '--scope', 'globalpci', '--id-token-alg', 'HS256'],
  ],
  ['an unknown scope', ['--flow', 'client_credentials', '--scope', 'everything']],
] as const) {
  test(`a client is not made with ${what}`, async (t) => {
    const { run, runJson, files } = await startCli(t)
    const before = await runJson('client', 'list')
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    files.set('public.jwk', JSON.stringify(publicKey.export({ format: 'jwk' })))
    files.set('private.jwk', JSON.stringify(privateKey.export({ format: 'jwk' })))
    files.set('no.jwk', '{"keys":[]}')
    const { code, answer } = await run('client', 'create', 'x', ...books, ...options)
    assert.deepEqual([code, answer], [2, ''])
    assert.deepEqual(await runJson('client', 'list'), before)
  })
}

test('a client with a public key has no secret; its keys are replaced by editing (RFC-46)', async (t) => {
  const { runJson, run, files } = await startCli(t)
  const jwk = () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    return publicKey.export({ format: 'jwk' })
  }
  const [first, second] = [jwk(), jwk()]
  files.set('first.jwk', JSON.stringify(first))
  files.set('both.jwks', `\ufeff${JSON.stringify({ keys: [first, second] })}`)
  const options = ['--flow', 'client_credentials', '--scope', 'globalpci']
  const made = await runJson('client', 'create', 'keyed', ...books, ...options, '--public-key', 'first.jwk')
  assert.equal(made.clientSecret, undefined)
  const shown = await runJson('client', 'show', made.clientId)
  assert.equal(shown.authentication, 'private_key_jwt')
  assert.equal((await run('client', 'add-secret', made.clientId)).code, 1)
  const edited = await runJson('client', 'edit', made.clientId, '--public-key', 'both.jwks')
  assert.deepEqual(
    edited.publicKeys.map(({ x }: { x: string }) => x),
    [first.x, second.x],
  )
  assert.equal((await run('client', 'edit', made.clientId, '--public-key', '')).code, 2)
  const secretly = await runJson(...backend)
  assert.equal((await run('client', 'edit', secretly.clientId, '--public-key', 'first.jwk')).code, 2)
})

test('a secret is rotated without an outage: two are live, a third is refused, the last stays', async (t) => {
  const { runJson, run, post, clock } = await startCli(t)
  const made = await runJson(...backend)
  const works = async (clientSecret: string) => {
    const form = { grant_type: 'client_credentials', scope: 'globalpci' }
    return (await post('token', form, { ...made, clientSecret })).statusCode === 200
  }
  await clock.advance(1)
  const added = await runJson('client', 'add-secret', made.clientId)
  await clock.advance(1000)
  assert.deepEqual([await works(made.clientSecret), await works(added.clientSecret)], [true, true])
  assert.equal((await run('client', 'add-secret', made.clientId)).code, 1)
  assert.equal((await runJson('client', 'show', made.clientId)).secrets.length, 2)

  assert.equal((await run('client', 'remove-secret', made.clientId, '--secret', 'x')).code, 2)
  const foreign = (await runJson('client', 'create', 'b', ...books)).clientId
  assert.equal((await run('client', 'remove-secret', foreign, '--secret', added.secretId)).code, 1)
  assert.equal((await run('client', 'remove-secret', made.clientId, '--secret', 'oldest')).code, 0)
  await clock.advance(1000)
  assert.deepEqual([await works(made.clientSecret), await works(added.clientSecret)], [false, true])
  const last = await run('client', 'remove-secret', made.clientId, '--secret', added.secretId)
  assert.equal(last.code, 1)
  assert.match(last.complaint, /the only secret/)
  assert.ok(await works(added.clientSecret))
})

test('a public client is given no secret', async (t) => {
  const { runJson, run } = await startCli(t)
  const options = ['--public', '--flow', 'implicit', '--scope', 'globalpci', '--redirect-uri', desktop]
  const { clientId } = await runJson('client', 'create', 'page', ...books, ...options)
  assert.equal((await run('client', 'add-secret', clientId)).code, 1)
})

test('what is edited is in force within a second, and what is not given stays', async (t) => {
  const { runJson, run, post, clock } = await startCli(t)
  const made = await runJson(...backend)
  const ask = async (scope: string) =>
    (await post('token', { grant_type: 'client_credentials', scope }, made)).statusCode
  assert.equal(await ask('users:read'), 400)
  await run(
    'client',
    'edit',
    made.clientId,
    '--scope',
    'globalpci',
    '--scope',
    'users:read',
    '--name',
    'orders',
  )
  await clock.advance(1000)
  assert.equal(await ask('users:read'), 200)
  const shown = await runJson('client', 'show', made.clientId)
  assert.equal(shown.name, 'orders')
  assert.deepEqual(shown.flows, ['client_credentials'])
  await run('client', 'edit', made.clientId, '--flow', '')
  await clock.advance(1000)
  assert.equal(await ask('globalpci'), 400)
})

test('an edit that contradicts itself or takes another’s name changes nothing', async (t) => {
  const { runJson, run } = await startCli(t)
  const made = await runJson(...backend)
  await runJson('client', 'create', 'other', ...books)
  const before = await runJson('client', 'show', made.clientId)
  for (const [code, ...options] of [
    [1, '--name', 'other'],
    [2, '--redirect-uri', 'http://a.example/'],
    [2, '--dpop', '--no-dpop'],
    [2, '--access-token-alg', 'none'],
    [2],
  ] as const) {
    assert.equal((await run('client', 'edit', made.clientId, ...options)).code, code)
  }
  assert.deepEqual(await runJson('client', 'show', made.clientId), before)
  await run('client', 'edit', made.clientId, '--dpop', '--shared')
  const bound = await runJson('client', 'show', made.clientId)
  assert.deepEqual([bound.dpopBound, bound.shared], [true, true])
  await run('client', 'edit', made.clientId, '--no-dpop', '--no-shared')
  const signed = ['--id-token-alg', 'EdDSA', '--access-token-alg', 'RS256']
  await run('client', 'edit', made.clientId, ...signed)
  const signing = await runJson('client', 'show', made.clientId)
  assert.deepEqual([signing.idTokenAlgorithm, signing.accessTokenAlgorithm], ['EdDSA', 'RS256'])
  const asBefore = ['--id-token-alg', 'default', '--access-token-alg', 'default']
  await run('client', 'edit', made.clientId, ...asBefore)
  assert.deepEqual(await runJson('client', 'show', made.clientId), before)
})

test('a disabled client gets no token and its tokens end within a second, until it is enabled', async (t) => {
  const { runJson, run, post, letsIn, clock } = await startCli(t)
  const made = await runJson(...backend)
  const ask = () => post('token', { grant_type: 'client_credentials', scope: 'globalpci' }, made)
  const { access_token: token } = (await ask()).json()
  assert.ok(await letsIn(token))
  await run('client', 'disable', made.clientId)
  await clock.advance(1000)
  assert.equal((await ask()).json().error, 'invalid_client')
  assert.equal(await letsIn(token), false)
  await run('client', 'enable', made.clientId)
  await clock.advance(1000)
  assert.equal((await ask()).statusCode, 200)
})

test('a disabled client’s refresh tokens do not come back with it', async (t) => {
  const { run, signIn, refresh, clientId, clock } = await startCli(t)
  const held = await signIn()
  await run('client', 'disable', clientId)
  await run('client', 'enable', clientId)
  await clock.advance(1000)
  assert.equal((await refresh(held.refreshToken)).json().error, 'invalid_grant')
})

test('a client is deleted only with --yes, and then its tokens end within a second', async (t) => {
  const { run, signIn, letsIn, refresh, clientId, clock } = await startCli(t)
  const held = await signIn()
  assert.equal((await run('client', 'delete', clientId)).code, 1)
  assert.ok(await letsIn(held.accessToken))
  assert.equal((await run('client', 'delete', clientId, '--yes')).code, 0)
  await clock.advance(1000)
  assert.equal(await letsIn(held.accessToken), false)
  assert.equal((await refresh(held.refreshToken)).json().error, 'invalid_client')
  assert.equal((await run('client', 'show', clientId)).code, 1)
  assert.equal((await run('client', 'show', 'not-an-id')).code, 2)
})

test('the list is of all accounts, or of one', async (t) => {
  const { runJson, run } = await startCli(t)
  await run('account', 'create', 'Quay')
  await run('client', 'create', 'b', '--account', 'Quay')
  await run('client', 'create', 'a', '--account', 'Quay')
  const names = (rows: { name: string }[]) => rows.map(({ name }) => name)
  assert.deepEqual(names(await runJson('client', 'list', '--account', 'Quay')), ['a', 'b'])
  assert.equal((await runJson('client', 'list')).length, 3)
  assert.equal((await run('client', 'list', '--account', 'None')).code, 1)
})
