import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WrongSettings } from '../settings.ts'
import { readHttpSettings } from './http-settings.ts'

const secret = 'abcdefghijklmnopqrstuvwxyz0123456789ABCD'
const remote = { url: new URL('https://nam.example.com'), clientId: 'a', clientSecret: 'b' }
const wide = { TONEGATE_MCP_HTTP_SECRET: secret, TONEGATE_MCP_HTTP_NAMES: 'mcp.example.com, 10.0.0.7' }
const near = ['localhost', '127.0.0.1', '[::1]']

test('a sandbox is served to this machine without a secret, and everything else with one', () => {
  assert.deepEqual(readHttpSettings('8090', {}, {}), {
    ...{ host: '127.0.0.1', port: 8090 },
    names: [...near, '127.0.0.1'],
  })
  assert.deepEqual(readHttpSettings('[::1]:0', { TONEGATE_MCP_HTTP_SECRET: secret }, { remote }), {
    ...{ host: '::1', port: 0, secret },
    names: [...near, '[::1]'],
  })
  assert.deepEqual(readHttpSettings('0.0.0.0:8090', wide, { remote }), {
    ...{ host: '0.0.0.0', port: 8090, secret },
    names: [...near, 'mcp.example.com', '10.0.0.7'],
  })
})

for (const [place, environment, ...said] of [
  ['here', wide, /^--http is 'here'; write it like 8090/],
  ['65536', wide, /write it like 8090/],
  ['', wide, /write it like 8090/],
  ['http://localhost:1', wide, /write it like 8090/],
  ['0.0.0.0:8090', {}, /^TONEGATE_MCP_HTTP_SECRET is missing/m, /^TONEGATE_MCP_HTTP_NAMES is missing/m],
  ['[::]:8090', {}, /^TONEGATE_MCP_HTTP_SECRET is missing/m],
  ['8090', { TONEGATE_MCP_HTTP_SECRET: 'short' }, /has fewer than 32 characters/],
  ['8090', { TONEGATE_MCP_HTTP_SECRET_FILE: '/nowhere' }, /'\/nowhere' cannot be read \(ENOENT\)/],
  ['8090', { TONEGATE_MCP_HTTP_NAMES: 'https://a.example' }, /'https:\/\/a\.example' is not a name/],
  ['8090', { TONEGATE_MCP_HTTP_NAMES: 'A.example' }, /'A\.example' is not a name in small letters/],
  ['8090', { TONEGATE_MCP_HTTP_NAMES: 'a.example:80' }, /without a port/],
] as const) {
  test(`--http '${place}' with ${Object.keys(environment)} is told in a sentence: ${said[0].source}`, () => {
    assert.throws(
      () => readHttpSettings(place, environment, {}),
      (error) => {
        assert.ok(error instanceof WrongSettings)
        for (const each of said) assert.match(error.message, each)
        assert.ok(!error.message.includes('short'))
        return true
      },
    )
  })
}

test('real payments are not served without a secret, to this machine either', () => {
  assert.throws(() => readHttpSettings('8090', {}, { remote }), /TONEGATE_MCP_HTTP_SECRET is missing/)
})
