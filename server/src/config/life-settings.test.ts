import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from './config.ts'

const lifeOf = (environment: Readonly<Record<string, string>>) => readConfig(environment).life

const faultOf = (environment: Readonly<Record<string, string>>): string => {
  try {
    lifeOf(environment)
    return 'none'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

test('the sandbox ends at once, and has no operations port but one that is set', () => {
  assert.deepEqual(lifeOf({}), { drainSeconds: 0, stopSeconds: 150, opsListen: null })
  const set = { TONEGATE_DRAIN_SECONDS: '7', TONEGATE_STOP_SECONDS: '60', TONEGATE_OPS_LISTEN: '[::1]:9090' }
  assert.deepEqual(lifeOf(set), {
    drainSeconds: 7,
    stopSeconds: 60,
    opsListen: { host: '::1', port: 9090 },
  })
})

test('what is no address with a port is told, and so is a bound that the drain does not fit in', () => {
  for (const listen of ['9090', 'http://127.0.0.1:9090', '127.0.0.1:70000', '127.0.0.1', ':9090']) {
    assert.match(
      faultOf({ TONEGATE_OPS_LISTEN: listen }),
      /TONEGATE_OPS_LISTEN is '.*'; it must be an address/,
    )
  }
  const drain = { TONEGATE_DRAIN_SECONDS: '20', TONEGATE_STOP_SECONDS: '20' }
  assert.match(
    faultOf(drain),
    /TONEGATE_STOP_SECONDS is '20'; it must be more than TONEGATE_DRAIN_SECONDS, which is 20\./,
  )
})

test('two settings with one port are told, wherever they listen', () => {
  const both = /TONEGATE_OPS_LISTEN has the port 8080, which PORT has too/
  assert.match(faultOf({ TONEGATE_OPS_LISTEN: '127.0.0.1:8080' }), both)
  assert.match(faultOf({ TONEGATE_OPS_LISTEN: '0.0.0.0:8080' }), both)
  assert.match(faultOf({ HOST: '::', TONEGATE_OPS_LISTEN: '10.0.0.5:8080' }), both)
  assert.equal(faultOf({ TONEGATE_OPS_LISTEN: '10.0.0.5:8080' }), 'none')
  assert.equal(faultOf({ PORT: '0', TONEGATE_OPS_LISTEN: '127.0.0.1:0' }), 'none')
  const node = { TONEGATE_STORE: 'postgres://a:b@db/c', TONEGATE_NODE_URL: 'https://10.0.0.5:8080' }
  assert.match(faultOf(node), /TONEGATE_NODE_URL has the port 8080, which PORT has too/)
})
