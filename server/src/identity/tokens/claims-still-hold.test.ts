import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Guid } from '../../base/guid.ts'
import type { Client } from '../clients/known-clients.ts'
import type { KnownUser } from '../users/known-users.ts'
import { claimsStillHold } from './claims-still-hold.ts'

const [harbour, quay] = [7, 8].map((id) => ({ id, name: `account ${id}`, production: false }))
const client = { account: harbour, shared: false, tokensValidFrom: 1000 } as unknown as Client
const shared = { ...client, shared: true }
const ada = { account: harbour, agentId: 'agent7', tokensValidFrom: 1000 } as unknown as KnownUser

const own = { accountId: 7, madeAt: 1001 }
const hers = { ...own, userId: 'ada' as Guid, agentId: 'agent7' }

test('what was made in the moment in which all access ended has ended too, and what was made after it has not', () => {
  for (const [madeAt, isTrue] of [
    [999, false],
    [1000, false],
    [1001, true],
  ] as const) {
    assert.equal(claimsStillHold({ ...own, madeAt }, client, undefined), isTrue, `of the client, ${madeAt}`)
    const neverEnded = { ...client, tokensValidFrom: 0 }
    assert.equal(claimsStillHold({ ...hers, madeAt }, neverEnded, ada), isTrue, `of the person, ${madeAt}`)
    const personNeverEnded = { ...ada, tokensValidFrom: 0 }
    assert.equal(
      claimsStillHold({ ...hers, madeAt }, client, personNeverEnded),
      isTrue,
      `by the client, ${madeAt}`,
    )
  }
})

test('a client acts for its own account, also where others share it', () => {
  for (const each of [client, shared]) {
    assert.equal(claimsStillHold(own, each, undefined), true)
    assert.equal(claimsStillHold({ ...own, accountId: 8 }, each, undefined), false)
  }
})

test('a person acts as the agent that they are, for the account that they are of', () => {
  assert.equal(claimsStillHold(hers, client, ada), true)
  assert.equal(claimsStillHold(hers, client, undefined), false, 'who is gone is nobody')
  assert.equal(claimsStillHold({ ...hers, accountId: 8 }, client, ada), false)
  assert.equal(claimsStillHold({ ...hers, agentId: 'agent8' }, client, ada), false)
  const { agentId: _, ...noAgent } = hers
  assert.equal(claimsStillHold(noAgent, client, ada), false, 'who has become an agent needs another token')
  assert.equal(claimsStillHold(hers, client, { ...ada, agentId: null }), false)
  assert.equal(claimsStillHold(noAgent, client, { ...ada, agentId: null }), true)
})

test('a person of another account comes by a shared client alone', () => {
  const moved = { ...ada, account: quay } as KnownUser
  const there = { ...hers, accountId: 8 }
  assert.equal(claimsStillHold(there, client, moved), false)
  assert.equal(claimsStillHold(there, shared, moved), true)
  assert.equal(claimsStillHold(hers, shared, moved), false)
})
