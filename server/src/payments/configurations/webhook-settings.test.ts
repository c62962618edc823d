import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfiguration } from './read-configuration.ts'

const written = {
  id: 7,
  name: 'Telephone',
  resultTemplate: 'cybersource',
  defaultCurrency: 'GBP',
  flow: { gateway: 'sandbox', merchantName: 'Harbour', frameAncestors: ['https://desktop.example.com'] },
}
const webhook = { url: 'https://shop.example.com/paid?tenant=1', signingSecret: 'orders' }
const oauth = { tokenUrl: 'https://login.example.com/token', clientId: 'tonegate', secret: 'orders-client' }

const read = (member: unknown) => readConfiguration({ ...written, webhook: member }, new Set())

test('private addresses are refused unless said, and a token endpoint is told by Basic', () => {
  const plain = read(webhook)
  assert.ok('configuration' in plain)
  assert.deepEqual(plain.configuration.webhook, { ...webhook, privateAddresses: 'refused' })
  const withOAuth = read({ ...webhook, oauth })
  assert.ok('configuration' in withOAuth)
  assert.deepEqual(withOAuth.configuration.webhook?.oauth, {
    ...oauth,
    authentication: 'basic',
    parameters: {},
  })
  assert.deepEqual(read(withOAuth.configuration.webhook), withOAuth)
})

for (const [what, member, path, message] of [
  [
    'credentials in the URL',
    { url: 'https://user:pass@shop.example.com/' },
    '/webhook/url',
    /must not contain credentials/,
  ],
  [
    'a user in the URL',
    { url: 'https://user@shop.example.com/' },
    '/webhook/url',
    /must not contain credentials/,
  ],
  ['a fragment', { url: 'https://shop.example.com/#paid' }, '/webhook/url', /must not have a fragment/],
  ['an empty fragment', { url: 'https://shop.example.com/#' }, '/webhook/url', /must not have a fragment/],
  ['no URL', { url: 'shop.example.com' }, '/webhook/url', /must be a URL/],
  ['another protocol', { url: 'ftp://shop.example.com' }, '/webhook/url', /must be a URL/],
  ['http to the Internet', { url: 'http://shop.example.com' }, '/webhook/url', /must be https/],
  ['no signing secret', { signingSecret: undefined }, '/webhook/signingSecret', /./],
  ['a secret itself', { signingSecret: 'whsec_AAAA' }, '/webhook/signingSecret', /must be the name of/],
  ['another rule', { privateAddresses: 'some' }, '/webhook/privateAddresses', /must be refused or allowed/],
  ['an unknown member', { retries: 3 }, '/webhook/retries', /is not a member/],
  [
    'credentials in the token URL',
    { oauth: { ...oauth, tokenUrl: 'https://a:b@login.example.com' } },
    '/webhook/oauth/tokenUrl',
    /must not contain credentials/,
  ],
  [
    'http to the token endpoint',
    { oauth: { ...oauth, tokenUrl: 'http://login.example.com' } },
    '/webhook/oauth/tokenUrl',
    /must be https/,
  ],
  [
    'a parameter of ours',
    { oauth: { ...oauth, parameters: { Client_Secret: 'x' } } },
    '/webhook/oauth/parameters/Client_Secret',
    /Tonegate sends it itself/,
  ],
  [
    'a parameter of no text',
    { oauth: { ...oauth, parameters: { scope: 1 } } },
    '/webhook/oauth/parameters/scope',
    /./,
  ],
] as const) {
  test(`a webhook is refused by its path for ${what}`, () => {
    const refused = read({ ...webhook, ...member })
    assert.ok('faults' in refused)
    const [fault, ...more] = refused.faults
    assert.deepEqual(more, [])
    assert.equal(fault?.path, path)
    assert.match(fault?.message ?? '', message)
  })
}

test('http is taken where private addresses are allowed', () => {
  assert.ok(
    'configuration' in read({ ...webhook, url: 'http://127.0.0.1:9000/', privateAddresses: 'allowed' }),
  )
})
