import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { startIdentity } from '../test-identity.ts'
import { checkOrigin, checkRedirectUri, isRegistered } from './redirect-uris.ts'

const good = [
  'https://desktop.example.com',
  'https://desktop.example.com/',
  'https://desktop.example.com:8443/cb/',
  'https://desktop.example.com/cb?tenant=7&x=%C3%BC',
  'https://xn--bcher-kva.example/cb',
  'https://192.0.2.7/cb',
  'http://127.0.0.1/cb',
  'http://127.0.0.1:8123/cb',
  'http://[::1]:8123/cb',
  'http://localhost:8123/cb',
]

test('a redirect URI may be https, or http to the machine itself (RFC-13, RFC-47)', () => {
  for (const uri of good) {
    checkRedirectUri(uri, 'confidential')
    checkRedirectUri(uri, 'public')
  }
})

const bad = {
  'a fragment': ['https://a.example/cb#', 'https://a.example/cb#x', 'com.example.app:/cb#x'],
  'no scheme or host': ['', '/cb', '//a.example/cb', 'a.example/cb', 'https:', 'https://', 'https:///'],
  'http elsewhere': [
    ...['http://a.example/cb', 'http://127.0.0.2/cb', 'http://0.0.0.0/cb', 'http://localhost.a.example/cb'],
    ...['http://127.0.0.1.a.example/cb', 'http://10.0.0.1/cb', 'http://[::2]/cb', 'http://app.localhost/cb'],
  ],
  'a user': ['https://u@a.example/cb', 'https://u:p@a.example/cb', 'https://@a.example/cb'],
  'another spelling': [
    ...['HTTPS://a.example/cb', 'https://A.example/cb', 'https://a.example:443/cb', 'https:a.example/cb'],
    ...['https://a.example/x/../cb', 'https://a.example/%2e%2e/cb', 'https:/a.example/cb', 'http://127.1/cb'],
    ...['http://0x7f.1/cb', 'https://a.example?x', 'http://127.0.0.1:80/cb', 'https://a.example:08443/cb'],
  ],
  'a wildcard or a directive in the host': [
    ...['https://*.a.example/cb', 'https://*/cb', "https://a.example;script-src'unsafe-inline'/cb"],
    ...['https://a,b.example/cb', 'https://a_b.example/cb', 'https://a.example%3b/cb'],
  ],
  'what a URI is not written with': [
    ...['https://a.example/ c', 'https://a.example/\t', ' https://a.example/', 'https://a.example/\r\nx:y'],
    ...['https://a.example\\cb', 'https://a.example/ü', 'https://ü.example/', 'https://a.example/%zz'],
    ...['https://a.example/"', 'https://a.example/<', 'https://a.example/{x}', 'https://a.example/\0'],
    'https://a.example/ https://b.example/',
  ],
  'a scheme that is nobody’s own': [
    ...['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'blob:https://a.example/x'],
    ...['myapp:/cb', 'myapp://cb', 'ftp://a.example/', 'ws://a.example/', 'about:blank', 'urn:ietf:wg:oauth'],
    ...['Com.example.app:/cb', '.example:/cb', 'com.:/cb', 'javascript.:alert(1)', 'vbscript:x'],
  ],
  'too much': [`https://a.example/${'x'.repeat(2000)}`],
}

for (const [what, uris] of Object.entries(bad)) {
  test(`a redirect URI with ${what} is not registered (RFC-13, RFC-47)`, () => {
    for (const uri of uris) {
      assert.throws(() => checkRedirectUri(uri, 'public'), TypeError, uri)
      assert.throws(() => checkRedirectUri(uri, 'confidential'), TypeError, uri)
    }
  })
}

test('only a public client has a scheme of its own, and it is a reverse domain name', () => {
  for (const uri of ['com.example.app:/cb', 'com.example.app://cb', 'com.example.my-app2:/a/b?c=d']) {
    checkRedirectUri(uri, 'public')
    assert.throws(() => checkRedirectUri(uri, 'confidential'), /public client/)
  }
})

test('an origin is exactly scheme, host and port', () => {
  for (const origin of ['https://a.example', 'https://a.example:8443', 'http://localhost:5173']) {
    checkOrigin(origin)
  }
  for (const origin of [
    ...['', '*', 'null', 'a.example', 'https://a.example/', 'https://A.example', 'https://a.example:443'],
    ...[
      'https://*.example',
      'https://u@a.example',
      'http://a.example',
      'ftp://a.example',
      'https://a.example ',
    ],
    ...['https://a.example#', 'https://a.example?', 'file://', 'com.example.app:', 'https://a;b.example'],
  ]) {
    assert.throws(() => checkOrigin(origin), TypeError, origin)
  }
})

test('what may not be registered is refused when a client is made', async (t) => {
  const { createClient } = await startIdentity(t)
  for (const order of [
    { redirectUris: ['http://a.example/cb'] },
    { redirectUris: ['https://a.example/cb', 'com.example.app:/cb'] },
    { postLogoutRedirectUris: ['https://a.example/#x'] },
    { allowedOrigins: ['https://a.example/'] },
  ]) {
    await assert.rejects(createClient(order), TypeError, JSON.stringify(order))
  }
  const redirectUris = ['com.example.app:/cb', 'http://[::1]/cb']
  await createClient({ clientType: 'public', flows: ['authorization_code'], redirectUris })
})

test('a redirect URI is found by each of its characters (RFC-42)', () => {
  const registered = ['https://desktop.example.com/cb', 'http://localhost:8123/cb', 'com.example.app:/cb']
  for (const uri of registered) assert.ok(isRegistered(uri, registered))
  for (const uri of [
    ...[
      'https://desktop.example.com/cb/',
      'https://desktop.example.com/cb?',
      'https://desktop.example.com/CB',
    ],
    ...['https://desktop.example.com:443/cb', 'https://desktop.example.com:8443/cb', 'com.example.app:/cb/x'],
    ...['http://localhost:8124/cb', 'http://localhost/cb', 'http://127.0.0.1:8123/cb', 'com.example.app:'],
  ]) {
    assert.equal(isRegistered(uri, registered), false, uri)
  }
})

test('of a loopback address the port may be any, and nothing else (RFC-42)', () => {
  const registered = ['http://127.0.0.1/cb?x=1', 'http://[::1]:9000/cb']
  for (const uri of [
    ...['http://127.0.0.1/cb?x=1', 'http://127.0.0.1:1/cb?x=1', 'http://127.0.0.1:65535/cb?x=1'],
    ...['http://[::1]/cb', 'http://[::1]:51004/cb'],
  ]) {
    assert.ok(isRegistered(uri, registered), uri)
  }
  for (const uri of [
    ...[
      'http://127.0.0.1:1/cb',
      'http://127.0.0.1:1/cb?x=2',
      'http://127.0.0.1:1/cb?x=1#',
      'http://127.0.0.1:0/cb?x=1',
    ],
    ...['http://127.0.0.1:65536/cb?x=1', 'http://127.0.0.1:/cb?x=1', 'http://127.0.0.1:01/cb?x=1'],
    ...[
      'http://127.0.0.1:1@a.example/cb?x=1',
      'http://127.0.0.1:1.a.example/cb?x=1',
      'http://127.0.0.1.a.example/cb?x=1',
    ],
    ...['http://127.0.0.1:1\\@a.example/cb?x=1', 'https://127.0.0.1:1/cb?x=1', 'http://127.0.0.2/cb?x=1'],
    ...[
      'http://localhost:1/cb',
      'http://[::1]:9000/cb/',
      'http://[0:0:0:0:0:0:0:1]:9000/cb',
      'HTTP://[::1]/cb',
    ],
  ]) {
    assert.equal(isRegistered(uri, registered), false, uri)
  }
})

test('whatever is found names a place that is registered', () => {
  const registered = ['https://a.example/cb', 'http://127.0.0.1/cb', 'http://[::1]:9000/cb']
  const part = fc.constantFrom(
    ...['https://', 'http://', 'a.example', '127.0.0.1', '[::1]', ':9000', ':80', ':', '/cb', '/', '@'],
    ...['\\', '#', '?', '.', '%2f', '..', 'evil.example', '\r\n', ' '],
  )
  const places = new Set(registered.map((uri) => placeOf(uri)))
  fc.assert(
    fc.property(fc.array(part, { maxLength: 7 }), (parts) => {
      const uri = parts.join('')
      if (isRegistered(uri, registered)) assert.ok(places.has(placeOf(uri)), uri)
    }),
    { numRuns: 20_000 },
  )
})

function placeOf(uri: string): string {
  const { protocol, hostname, pathname, search, hash, username } = new URL(uri)
  return [protocol, hostname, pathname, search, hash, username].join(' ')
}
