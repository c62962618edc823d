import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressesOf, type Place } from './addresses.ts'
import { createClient } from './client.ts'

for (const [what, place, api, token] of [
  [
    'the sandbox',
    { baseUrl: 'http://127.0.0.1:8080' },
    'http://127.0.0.1:8080/globalpci',
    'http://127.0.0.1:8080/auth/connect/token',
  ],
  [
    'with the path, as the API is described',
    { baseUrl: 'http://localhost:8080/GlobalPCI/' },
    'http://localhost:8080/globalpci',
    'http://localhost:8080/auth/connect/token',
  ],
  [
    'by IPv6',
    { baseUrl: 'http://[::1]:8080/' },
    'http://[::1]:8080/globalpci',
    'http://[::1]:8080/auth/connect/token',
  ],
  [
    'a region',
    { baseUrl: 'https://nam.api.pay.example.com' },
    'https://nam.api.pay.example.com/globalpci',
    'https://nam.pay.example.com/auth/connect/token',
  ],
  [
    'a region of the sandbox',
    { baseUrl: 'http://nam.api.localhost:8080' },
    'http://nam.api.localhost:8080/globalpci',
    'http://nam.localhost:8080/auth/connect/token',
  ],
  [
    'the original',
    { region: 'emea' },
    'https://emea.api.cc.vonage.com/globalpci',
    'https://emea.cc.vonage.com/auth/connect/token',
  ],
  [
    'the original, by its older domain',
    { region: 'apac', domain: 'newvoicemedia.com' },
    'https://apac.api.newvoicemedia.com/globalpci',
    'https://apac.newvoicemedia.com/auth/connect/token',
  ],
  [
    'below a path of a proxy',
    { baseUrl: 'https://intranet.example.com/pay/' },
    'https://intranet.example.com/pay/globalpci',
    'https://intranet.example.com/pay/auth/connect/token',
  ],
  [
    'an identity server elsewhere',
    { baseUrl: 'https://pay.example.com', identityUrl: 'https://id.example.com' },
    'https://pay.example.com/globalpci',
    'https://id.example.com/auth/connect/token',
  ],
  [
    'a whole token endpoint',
    { baseUrl: 'https://pay.example.com', identityUrl: 'https://id.example.com/Auth/connect/token' },
    'https://pay.example.com/globalpci',
    'https://id.example.com/Auth/connect/token',
  ],
  [
    'http in a network of one’s own, by name',
    { baseUrl: 'http://tonegate:8080', insecureHttp: true },
    'http://tonegate:8080/globalpci',
    'http://tonegate:8080/auth/connect/token',
  ],
] as const satisfies readonly (readonly [string, Place, string, string])[]) {
  test(`addresses: ${what}`, () => assert.deepEqual(addressesOf(place), { api, token }))
}

for (const [baseUrl, message] of [
  ['', /must be an address/],
  [undefined as unknown as string, /must be an address/],
  ['pay.example.com', /must be an address/],
  ['file:///etc', /must be an address/],
  ['http://pay.example.com', /must be https/],
  ['http://127.0.0.1.example.com', /must be https/],
  ['http://localhost.example.com', /must be https/],
  ['https://id:secret@pay.example.com', /must not contain credentials/],
  ['https://pay.example.com?a=b', /must not contain credentials, a query/],
] as const) {
  test(`‘${baseUrl}’ is refused`, () =>
    assert.throws(() => addressesOf({ baseUrl }), { name: 'TypeError', message }))
}

for (const region of ['moon', 'evil.example.com/', '']) {
  test(`‘${region}’ is no region: the secret goes to none that was not named`, () =>
    assert.throws(() => addressesOf({ region } as unknown as Place), /^TypeError: region must be one of/))
}

test('a client without id and secret is refused at once', () => {
  const options = { baseUrl: 'http://127.0.0.1:8080', clientId: '', clientSecret: '' }
  assert.throws(() => createClient(options), { name: 'TypeError', message: /clientId and clientSecret/ })
})

for (const guid of ['', '..', '../sessions', 'a/b', 'a?b', undefined as unknown as string]) {
  test(`‘${guid}’ is no id of a session`, async () => {
    const tonegate = createClient({ baseUrl: 'http://127.0.0.1:1', clientId: 'a', clientSecret: 'b' })
    await assert.rejects(tonegate.getSession(guid), TypeError)
    await assert.rejects(tonegate.waitForResult(guid), TypeError)
    await assert.rejects(tonegate.followSession(guid).next(), TypeError)
    await assert.rejects(tonegate.refundPayment(guid), TypeError)
  })
}
