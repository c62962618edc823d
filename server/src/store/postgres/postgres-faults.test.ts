import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StoreUnavailable } from '../store-unavailable.ts'
import { asPostgresFailure } from './postgres-faults.ts'

test('a server whose certificate is not trusted cannot be used, and the reason has its name', () => {
  for (const code of [
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ]) {
    const failure = asPostgresFailure(Object.assign(new Error('for db.example.com'), { code }))
    assert.ok(failure instanceof StoreUnavailable)
    assert.equal(failure.reason, `its TLS certificate cannot be trusted (${code})`)
  }
})
