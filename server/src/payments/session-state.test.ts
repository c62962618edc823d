import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isOpen, mayBecome, type SessionState, sessionStates, stateAfter } from './session-state.ts'

const terminal = ['Finished', 'Error', 'TimeOut', 'ExpiredOnProviderSide', 'Cancelled']

test('a session goes from Created by way of InProgress to an end, and never back', () => {
  const may: readonly [SessionState, readonly string[]][] = sessionStates.map((from) => [
    from,
    sessionStates.filter((to) => mayBecome(from, to)),
  ])
  assert.deepEqual(Object.fromEntries(may), {
    Created: ['InProgress', ...terminal],
    InProgress: terminal,
    Finished: [],
    Error: [],
    TimeOut: [],
    ExpiredOnProviderSide: [],
    Cancelled: [],
  })
  assert.deepEqual(sessionStates.filter(isOpen), ['Created', 'InProgress'])
})

test('each way in which card entry ends has its state', () => {
  assert.deepEqual(stateAfter, {
    success: 'Finished',
    'payment-connector-error': 'Error',
    'internal-error': 'Error',
    'too-many-failed-attempts': 'Error',
    timeout: 'TimeOut',
    expired: 'ExpiredOnProviderSide',
    cancelled: 'Cancelled',
  })
})
