import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import type { JWK } from 'jose'
import { readPublicKeys } from '../../identity/clients/public-keys.ts'
import type { createProviderClients } from '../../vault/provider-api/provider-clients.ts'
import { startCli } from '../test-cli.ts'

test('what was shown once is not lost where something fails afterwards', async (t) => {
  const { context, files, run, runJson } = await startCli(t)
  const clients = [{ name: 'orders', flows: ['client_credentials'], scopes: ['globalpci'] }]
  files.set('file', JSON.stringify({ accounts: [{ name: 'Quay', clients, platforms: [{ name: 'pbx' }] }] }))
  const failing = t.mock.method(context.platforms, 'create', async () => {
    throw new Error('the disk is full')
  })
  const { code, answer } = await run('apply', 'file')
  assert.equal(code, 1)
  assert.match(answer, /^failed +Error: the disk is full Apply the file again for what is missing\.$/m)
  assert.match(answer, /^Quay +client +orders +created +clientId \S+; clientSecret \S{40}$/m)
  assert.doesNotMatch(answer, /pbx/)
  failing.mock.restore()
  const { created, unchanged, points } = await runJson('apply', 'file')
  assert.deepEqual([created, unchanged, points.at(-1).name, points.at(-1).outcome], [1, 2, 'pbx', 'created'])
})

/** What is declared of one account, and what comes of it. */
async function startApply(t: TestContext) {
  const cli = await startCli(t)
  const apply = (account: object) => {
    cli.files.set('file', JSON.stringify({ accounts: [{ name: 'Quay', ...account }] }))
    return cli.run('apply', 'file', '--json')
  }
  const outcomes = async (account: object): Promise<readonly string[]> => {
    const { answer, complaint } = await apply(account)
    assert.equal(complaint, '')
    const { points } = JSON.parse(answer)
    return points.slice(1).map(({ outcome, note }: Record<string, string>) => `${outcome} ${note}`.trim())
  }
  const refused = async (account: object) => (await apply(account)).complaint
  return { ...cli, apply, outcomes, refused }
}

const publicJwkOf = (key: KeyObject) => createPublicKey(key).export({ format: 'jwk' }) as JWK
const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

test('a client authenticates by keys that stand in the file or beside it, and they can be exchanged', async (t) => {
  const { files, context, outcomes, refused, run } = await startApply(t)
  const [inline, beside, next] = [newKey(), newKey(), newKey()]
  files.set('keys.json', JSON.stringify({ keys: [publicJwkOf(beside)] }))
  const ledger = { name: 'ledger', flows: ['client_credentials'], scopes: ['globalpci'] }
  const withKeys = (...publicKeys: readonly unknown[]) => ({ clients: [{ ...ledger, publicKeys }] })
  const declared = withKeys(publicJwkOf(inline), { fromFile: 'keys.json' })
  const [made = ''] = await outcomes(declared)
  assert.match(made, /^created clientId [\w-]{36}$/)
  assert.deepEqual(await outcomes(declared), ['unchanged'])
  assert.deepEqual(await outcomes({ clients: [ledger] }), ['unchanged'])
  assert.deepEqual(await outcomes(withKeys(publicJwkOf(next))), ['changed publicKeys'])
  const [client] = (await context.clients.list()).filter(({ name }) => name === 'ledger')
  assert.deepEqual(client?.publicKeys, readPublicKeys([publicJwkOf(next)]))
  assert.match(
    (await run('client', 'show', client?.clientId ?? '')).answer,
    /^publicKeys +\S{43} \(ES256\)$/m,
  )

  assert.match(await refused(withKeys()), /clients\/0: A client cannot change between keys and a secret/)
  assert.match(
    await refused(withKeys(next.export({ format: 'jwk' }))),
    /clients\/0\/publicKeys: The key contains private members/,
  )
  assert.match(
    await refused(withKeys({ fromFile: 'none.json' }, 'key', {})),
    /publicKeys\/0: none.json cannot be read\.\n.*publicKeys\/1: It contains neither a JWK nor.*\n.*publicKeys\/2: It/,
  )
  const isPublic = { ...ledger, flows: [], public: true, publicKeys: [publicJwkOf(next)] }
  assert.match(await refused({ clients: [{ ...isPublic, name: 'app' }] }), /clients\/0: Only a confidential/)
  const secret = { ...ledger, name: 'orders' }
  await outcomes({ clients: [secret] })
  assert.match(
    await refused({ clients: [{ ...secret, publicKeys: [publicJwkOf(next)] }] }),
    /clients\/0: A client cannot change between keys and a secret/,
  )
})

test('an rtpengine is connected as its command connects it, and stays as it was made', async (t) => {
  const { context, outcomes, refused } = await startApply(t)
  const engine = {
    name: 'media',
    kind: 'rtpengine',
    urls: ['udp://127.0.0.1:22223?tcp=22225'],
    prompts: '/prompts',
  }
  const [made = ''] = await outcomes({ platforms: [engine, { name: 'pbx' }] })
  assert.match(made, /^created key \S+$/)
  const media = (await context.platforms.list()).find(({ name }) => name === 'media')
  assert.equal(media?.kind, 'rtpengine')
  const { engines, strict, prompts } = (media && (await context.platforms.settingsOf(media.guid))) ?? {}
  assert.deepEqual([engines, strict, prompts], [engine.urls, false, '/prompts'])
  assert.deepEqual(await outcomes({ platforms: [engine] }), ['unchanged'])
  assert.deepEqual(await outcomes({ platforms: [{ name: 'media' }] }), ['unchanged'])
  for (const [platform, fault] of [
    [
      { ...engine, urls: ['udp://127.0.0.1:9?tcp=22225'] },
      /platforms\/0\/urls cannot be changed: an rtpengine stays/,
    ],
    [{ ...engine, strict: true }, /platforms\/0\/strict cannot be changed/],
    [{ name: 'media', kind: 'http' }, /platforms\/0\/kind cannot be changed: it is rtpengine/],
    [
      { name: 'pbx', kind: 'rtpengine', urls: engine.urls },
      /platforms\/0\/kind cannot be changed: it is http/,
    ],
    [{ name: 'new', kind: 'rtpengine' }, /platforms\/0: kind rtpengine needs at least one url/],
    [{ ...engine, name: 'new', urls: ['tcp://x'] }, /platforms\/0: url tcp:\/\/x: /],
    [{ ...engine, name: 'new', prompts: 'prompts' }, /platforms\/0: prompts must be an absolute path/],
    [{ name: 'new', strict: true }, /platforms\/0: url, strict and prompts are for kind rtpengine/],
    [{ name: 'new', kind: 'sip' }, /platforms\/0\/kind must be one of http, rtpengine/],
  ] as const) {
    assert.match(await refused({ platforms: [platform] }), fault)
  }
})

const providerFlow = {
  id: 7,
  name: 'Desk',
  entry: 'keypad',
  flow: { gateway: 'sandbox', merchantName: 'Quay', frameAncestors: ['https://desk.example.com'] },
  initialValues: { amounts: 'minor', amount: { member: 'amount' }, currency: { fixed: 'EUR' } },
  callback: {
    to: { url: 'https://desk.example.com/back' },
    format: 'json',
    signature: 'standard-webhooks',
  },
}

test('flows of the provider contract, and the programs that launch them, are declared too', async (t) => {
  const { context, outcomes, refused } = await startApply(t)
  const declared = { providerFlows: [providerFlow], providerClients: [{ clientId: 'desk' }] }
  const made = await outcomes(declared)
  assert.match(made[0] ?? '', /^created clientSecret \S{40}$/)
  assert.match(made[1] ?? '', /^created signingSecret whsec_\S+$/)
  assert.deepEqual(await outcomes(declared), ['unchanged', 'unchanged'])
  const renamed = {
    ...providerFlow,
    name: 'Front desk',
    callback: { ...providerFlow.callback, format: 'form' },
  }
  const anyName = { clientId: 'desk', anyUsername: true }
  assert.deepEqual(await outcomes({ providerFlows: [renamed], providerClients: [anyName] }), [
    'changed username, usernames',
    'changed callback, name',
  ])
  const client = await context.provider.clients.find('desk')
  assert.deepEqual([client?.tenantName, client?.usernames], ['Quay', 'free'])

  for (const [account, fault] of [
    [{ providerFlows: [{ ...providerFlow, entry: 'fax' }] }, /providerFlows\/0\/entry /],
    [
      { providerFlows: [{ ...providerFlow, flow: { gateway: 'sandbox' } }] },
      /providerFlows\/0\/flow\/merchantName/,
    ],
    [{ providerFlows: [providerFlow, providerFlow] }, /providerFlows\/1 is there twice: 7/],
    [{ providerFlows: ['7'] }, /providerFlows\/0/],
    [
      { providerClients: [{ clientId: 'a b' }] },
      /providerClients\/0\/clientId: 'a b' is not a valid client id/,
    ],
    [
      { providerClients: [{ clientId: 'desk', tenantName: 'Q' }] },
      /tenantName cannot be changed: it is Quay/,
    ],
    [
      { providerClients: [{ ...anyName, username: 'x' }] },
      /providerClients\/0: Give username or any-username/,
    ],
    [{ providerClients: [{ clientId: 'x', secret: 'hunter2' }] }, /providerClients\/0\/secret must be \{/],
  ] as const) {
    assert.match(await refused(account), fault)
  }
  assert.match(
    await refused({ name: 'Pier', providerClients: [{ clientId: 'desk' }] }),
    /providerClients\/0\/clientId is in use in another account/,
  )
})

test('a secret that a provider client has already is taken over once, and is no short one', async (t) => {
  const { files, context, outcomes, refused } = await startApply(t)
  files.set('secret', `${'S'.repeat(40)}\n`)
  files.set('short', 'hunter2')
  const desk = { clientId: 'desk', username: 'kiosk', secret: { fromFile: 'secret' } }
  assert.deepEqual(await outcomes({ providerClients: [desk] }), ['created'])
  const presented = { clientId: 'desk', clientSecret: 'S'.repeat(40), tenantName: 'Quay', username: 'kiosk' }
  const clients = context.provider.clients as ReturnType<typeof createProviderClients>
  assert.equal(typeof (await clients.authenticate(presented)), 'object')
  assert.deepEqual(await outcomes({ providerClients: [desk] }), ['unchanged'])
  assert.match(
    await refused({ providerClients: [{ clientId: 'other', secret: { fromFile: 'short' } }] }),
    /providerClients\/0\/secret: The secret is too short/,
  )
})
