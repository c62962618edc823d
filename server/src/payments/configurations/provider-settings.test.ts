import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brandNames } from '@tonegate/protocol/card/brand'
import { writtenConfiguration } from '../remote-provider/test-remote-provider.ts'
import { readConfiguration } from './read-configuration.ts'

const faultsOf = (changes: object, mode: 'sandbox' | 'production' = 'sandbox') => {
  const usual = { kind: 'pci-pal', baseUrl: 'https://provider.example.com' } as const
  const written = writtenConfiguration(usual, { privateAddresses: 'refused', ...changes })
  const read = readConfiguration(written, brandNames, mode)
  return 'faults' in read ? read.faults : []
}

test('what is left out has its usual value, and what is shown is read again', () => {
  const usual = { kind: 'pci-pal', baseUrl: 'https://provider.example.com' } as const
  const { privateAddresses: _, ...provided } = writtenConfiguration(usual).provider
  const written = { ...writtenConfiguration(usual), provider: provided }
  const read = readConfiguration(written, brandNames)
  assert.ok('configuration' in read)
  const { provider } = read.configuration
  assert.equal(provider?.view, 'framed')
  assert.equal(provider?.privateAddresses, 'refused')
  assert.equal(provider?.callback.session, 'sessionGuid')
  assert.equal(provider?.callback.results.ERROR, 'unknown')
  const shown = JSON.parse(JSON.stringify(read.configuration))
  assert.deepEqual(readConfiguration(shown, brandNames), { configuration: shown })
})

test("another Tonegate's vault names its sessions in ppCallID", () => {
  const usual = { kind: 'tonegate', baseUrl: 'https://vault.example.com' } as const
  const read = readConfiguration(writtenConfiguration(usual), brandNames)
  assert.ok('configuration' in read)
  assert.equal(read.configuration.provider?.callback.session, 'ppCallID')
})

for (const [path, changes] of [
  ['/provider/kind', { kind: 'other' }],
  ['/provider/baseUrl', { baseUrl: 'ftp://provider.example.com' }],
  ['/provider/baseUrl', { baseUrl: 'https://name:word@provider.example.com' }],
  ['/provider/baseUrl', { baseUrl: 'https://provider.example.com/?a=b' }],
  ['/provider/baseUrl', { baseUrl: 'https://exa mple.com' }],
  ['/provider/baseUrl', { baseUrl: 'https://%' }],
  ['/provider/baseUrl', { baseUrl: 'http://provider.example.com' }],
  ['/provider/baseUrl', { baseUrl: 'http://127.0.0.1.example.com' }],
  ['/provider/viewBaseUrl', { viewBaseUrl: 'http://provider.example.com' }],
  ['/provider/view', { view: 'both' }],
  ['/provider/tenantId', { tenantId: '303' }],
  ['/provider/tenantName', { tenantName: '' }],
  ['/provider/username', { username: 'a\nb' }],
  ['/provider/clientSecret', { clientSecret: 'The Secret Itself!' }],
  ['/provider/flowId', { flowId: {} }],
  ['/provider/flowId/agentAssist', { flowId: { agentAssist: -1 } }],
  ['/provider/initialValues', { initialValues: {} }],
  ['/provider/initialValues/a', { initialValues: { a: '{{amount' } }],
  ['/provider/initialValues/a', { initialValues: { a: '{{cardNumber}}' } }],
  ['/provider/initialValues/a~1b', { initialValues: { 'a/b': 'x' } }],
  ['/provider/callback/amounts', { callback: {} }],
  ['/provider/callback/amounts', { callback: { amounts: 'pence' } }],
  ['/provider/callback/secret', { callback: { amounts: 'minor', secret: 'whsec_abc' } }],
  ['/provider/callback/results/OK', { callback: { amounts: 'minor', results: { OK: 'paid' } } }],
  ['/provider/callback/results', { callback: { amounts: 'minor', results: { OK: 'failed', ok: 'review' } } }],
  ['/provider/callback/colour', { callback: { amounts: 'minor', colour: 'red' } }],
  ['/provider/privateAddresses', { privateAddresses: 'some' }],
  ['/provider/privateAddresses', { baseUrl: 'http://127.0.0.1:9' }],
  ['/provider/password', { password: 'x' }],
] as const) {
  test(`${JSON.stringify(changes)} is wrong at ${path}`, () => {
    assert.deepEqual([...new Set(faultsOf(changes).map((fault) => fault.path))], [path])
  })
}

test('plain http is for this machine, in the sandbox alone', () => {
  for (const host of ['127.0.0.1:8081', 'localhost:8081', '[::1]:8081']) {
    const changes = { baseUrl: `http://${host}`, privateAddresses: 'allowed' }
    assert.deepEqual(faultsOf(changes), [])
    assert.deepEqual(
      faultsOf(changes, 'production').map(({ path }) => path),
      ['/provider/baseUrl'],
    )
  }
})
