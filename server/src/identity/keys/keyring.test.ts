import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { test } from 'node:test'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { createMovableClock } from '../../base/clock.ts'
import type { Store } from '../../store/store.ts'
import { nam } from '../test-identity.ts'
import type { SigningAlgorithm } from './algorithms.ts'
import { removalLeewayMilliseconds, rotateKeys, successorLeadMilliseconds } from './rotate-keys.ts'
import { makeKey, openSigningKeys } from './signing-keys.ts'
import { prepareStoredKeys, type StoredPair } from './stored-keys.ts'
import { day, readRows, startKeys, testSealer, until } from './test-keyring.ts'

const start = Date.UTC(2026, 0, 15, 9, 30)
const second = 1000

test('a successor is published, signs, and the old key goes with its last token', async (t) => {
  const { openNode } = startKeys(t)
  const first = await openNode({ clock: createMovableClock(start), keyRotationDays: 30 })
  const old = first.keyring.signing()
  await first.keyring.close()
  const clock = createMovableClock(start + 30 * day - 5 * second)
  const { keyring, store, published } = await openNode({ clock, keyRotationDays: 30 })

  await clock.advance(4 * second)
  assert.equal(published().length, 2)
  await clock.advance(2 * second)
  await until(async () => published().length === 4)
  assert.equal(keyring.signing().kid, old.kid)

  const rows = await readRows(store)
  const successor = rows.find(({ algorithm, removed_from }) => algorithm === 'ES256' && removed_from === null)
  assert.ok(successor)
  assert.equal(successor.signs_from - successor.created_at, successorLeadMilliseconds)
  await clock.advance(successor.signs_from - clock.now() - 1)
  assert.equal(keyring.signing().kid, old.kid)
  await clock.advance(1)
  assert.equal(keyring.signing().kid, successor.kid)
  assert.equal(keyring.find(old.kid)?.kid, old.kid)
  assert.equal(keyring.generation(), 0)

  await clock.advance(3600 * second + removalLeewayMilliseconds - 1)
  assert.ok(keyring.find(old.kid) && published().includes(old.kid))
  await clock.advance(1)
  assert.equal(keyring.find(old.kid), undefined)
  assert.ok(!published().includes(old.kid))
  assert.equal(keyring.generation(), 1)
  await clock.advance(second)
  const left = await readRows(store)
  assert.deepEqual(left.map(({ algorithm }) => algorithm).sort(), ['ES256', 'RS256'])
  assert.ok(left.every(({ removed_from }) => removed_from === null))
})

test('a key whose time is over in the very moment of a look goes with that look', async (t) => {
  const { openNode } = startKeys(t)
  const clock = createMovableClock(start)
  const { store } = await openNode({ clock })
  const kept = (await readRows(store)).length
  const end = store.prepare((db, p: { removedFrom: number }) =>
    db.updateTable('signing_key').set({ removed_from: p.removedFrom }).where('algorithm', '=', 'RS256'),
  )
  await store.write((tx) => end.run(tx, { removedFrom: start + 900 }))
  await clock.advance(900)
  await until(async () => (await readRows(store)).length === kept - 1)
})

test('a key is published for longer than a key set may be kept before it signs', () => {
  assert.ok(successorLeadMilliseconds > 300 * second)
})

test('of several nodes that see a key’s age at once, one makes the successor, and all agree who signs', async (t) => {
  const { openNode } = startKeys(t)
  await (await openNode({ clock: createMovableClock(start) })).keyring.close()
  const clock = createMovableClock(start + 90 * day)
  const nodes = await Promise.all([openNode({ clock }), openNode({ clock }), openNode({ clock })])
  const kids = () => new Set(nodes.map(({ keyring }) => keyring.signing().kid))
  const before = [...kids()]
  await clock.advance(second)
  await until(async () => nodes.every(({ published }) => published().length >= 4))
  const [one, ...others] = nodes.map(({ published }) => published())
  assert.equal(one?.length, 4)
  for (const other of others) assert.deepEqual(other, one)
  assert.deepEqual([...kids()], before)
  await clock.advance(successorLeadMilliseconds)
  assert.equal(kids().size, 1)
  assert.notDeepEqual([...kids()], before)
})

test('of nodes that make the first key of an algorithm at once one does', async (t) => {
  const { openStore } = startKeys(t)
  const [store, other] = [await openStore(), await openStore()]
  const nodes = [store, other].map(prepareStoredKeys)
  for (let each = 1; each <= 20; each += 1) {
    const pair = () => makeKey('ES256', { sealer: testSealer, region: nam })
    const pairs = [await pair(), await pair()]
    await Promise.all(nodes.map(({ addFirst }, node) => addFirst(pairs[node] as StoredPair, start)))
    const endless = (await readRows(store)).filter(({ removed_from }) => removed_from === null)
    assert.equal(endless.length, 1)
    await nodes[0]?.retire(endless[0]?.kid ?? '', start + each)
  }
})

test('a node that makes a successor too late leaves the other node’s', async (t) => {
  const { openNode } = startKeys(t)
  const clock = createMovableClock(start)
  const { keyring, store, published } = await openNode({ clock })
  const stored = prepareStoredKeys(store)
  const order = async () => ({
    pair: await makeKey('ES256', { sealer: testSealer, region: nam }),
    predecessor: keyring.signing().kid,
    created_at: start,
    signs_from: start + successorLeadMilliseconds,
    predecessor_removed_from: start + day,
  })
  const [one, other] = [await order(), await order()]
  assert.deepEqual(await Promise.all([stored.addSuccessor(one), stored.addSuccessor(other)]), [true, false])
  await clock.advance(second)
  assert.ok(published().includes(one.pair.kid))
  assert.ok(!published().includes(other.pair.kid))
})

test('a server that stood still for years goes on with a new key', async (t) => {
  const { openNode } = startKeys(t)
  const first = await openNode({ clock: createMovableClock(start) })
  const old = first.keyring.signing().kid
  await first.keyring.close()
  const clock = createMovableClock(start + 1000 * day)
  const { keyring, published } = await openNode({ clock })
  assert.equal(keyring.signing().kid, old)
  await clock.advance(second)
  await until(async () => published().length === 4)
  await clock.advance(successorLeadMilliseconds)
  assert.notEqual(keyring.signing().kid, old)
})

test('a server that is stopped between publishing and signing goes on with both keys', async (t) => {
  const { openNode } = startKeys(t)
  const first = await openNode({ clock: createMovableClock(start) })
  const old = first.keyring.signing().kid
  await rotateKeys({ ...first, compromised: false })
  await first.keyring.close()
  const clock = createMovableClock(start + successorLeadMilliseconds - 1)
  const { keyring, published } = await openNode({ clock })
  assert.equal(published().length, 4)
  assert.equal(keyring.signing().kid, old)
  await clock.advance(1)
  assert.notEqual(keyring.signing().kid, old)
  assert.ok(keyring.find(old))
})

test('where the clock is behind that of who made the only key, that key signs', async (t) => {
  const { openNode } = startKeys(t)
  const ahead = await openNode({ clock: createMovableClock(start + 5 * second) })
  const behind = await openNode({ clock: createMovableClock(start) })
  assert.equal(behind.keyring.signing().kid, ahead.keyring.signing().kid)
})

test('another algorithm signs after a restart, and what signed before goes with its last token', async (t) => {
  const { openNode } = startKeys(t)
  const first = await openNode({ clock: createMovableClock(start), accessTokens: 'EdDSA' })
  const old = first.keyring.signing()
  assert.equal(old.algorithm, 'EdDSA')
  await first.keyring.close()
  const clock = createMovableClock(start)
  const { keyring, published, store } = await openNode({ clock })
  assert.equal(keyring.signing().algorithm, 'ES256')
  await clock.advance(second)
  await until(async () => (await readRows(store)).some(({ removed_from }) => removed_from !== null))
  const [ending] = (await readRows(store)).filter(({ kid }) => kid === old.kid)
  assert.ok(ending?.removed_from && ending.removed_from >= start + 3600 * second + removalLeewayMilliseconds)
  await clock.advance(ending.removed_from - clock.now() - 1)
  assert.ok(keyring.find(old.kid) && published().includes(old.kid))
  await clock.advance(1)
  assert.equal(keyring.find(old.kid), undefined)
  assert.ok(!published().includes(old.kid))
})

test('the key set holds what signs, and nothing else', async (t) => {
  for (const [order, expected] of [
    [{}, ['ES256', 'RS256']],
    [{ accessTokens: 'RS256' }, ['RS256']],
    [{ accessTokens: 'EdDSA', idTokens: 'ES256' }, ['ES256', 'EdDSA', 'RS256']],
  ] as const) {
    const { keyring } = await startKeys(t).openNode(order)
    assert.deepEqual(
      keyring
        .published()
        .map(({ alg }) => alg)
        .sort(),
      expected,
    )
  }
})

test('the first token of an algorithm has its key made, one for all who ask at once', async (t) => {
  const { openNode } = startKeys(t)
  const { provide, published, keyring } = await openNode()
  const asked = await Promise.all([provide('EdDSA'), provide('EdDSA'), provide('EdDSA')])
  const kids = new Set(asked.map(({ kid, algorithm }) => `${algorithm} ${kid}`))
  assert.deepEqual([...kids], [`EdDSA ${keyring.signing('EdDSA').kid}`])
  assert.ok(published().includes(keyring.signing('EdDSA').kid))
})

test('keys of a version that made one of each algorithm: those that sign go on, the other is shown to nobody', async (t) => {
  const { openNode, openStore } = startKeys(t)
  const before = await openStore()
  const stored = prepareStoredKeys(before)
  for (const algorithm of ['ES256', 'RS256', 'EdDSA'] as const) {
    await stored.addFirst(await makeKey(algorithm, { sealer: testSealer, region: nam }), start)
  }
  const asBefore = before.prepare((db, _: object) => db.updateTable('signing_key').set({ published: 0 }))
  await before.write((tx) => asBefore.run(tx, {}))
  const old = await readRows(before)
  const kidOf = (name: string) => old.find(({ algorithm }) => algorithm === name)?.kid ?? ''

  const clock = createMovableClock(start)
  const { keyring, published, provide } = await openNode({ clock })
  assert.deepEqual([...published()].sort(), [kidOf('ES256'), kidOf('RS256')].sort())
  assert.equal(keyring.signing('ES256').kid, kidOf('ES256'))
  assert.equal(keyring.signing('RS256').kid, kidOf('RS256'))
  assert.ok(keyring.find(kidOf('EdDSA')), 'what it may have signed is accepted')
  await clock.advance(second)
  await until(async () => (await readRows(before)).some(({ removed_from }) => removed_from !== null))
  await clock.advance(second)
  assert.notEqual((await provide('EdDSA')).kid, kidOf('EdDSA'), 'a key that ends signs nothing more')
  await clock.leap(3600 * second + removalLeewayMilliseconds)
  assert.equal(keyring.find(kidOf('EdDSA')), undefined)
})

test('while nothing changes a look at the store is one statement, and nothing is unsealed', async (t) => {
  const { openNode } = startKeys(t)
  const { store, clock, sealer, keyring } = await openNode()
  const execute = t.mock.method(store.reader, 'execute')
  const open = t.mock.method(sealer, 'open')
  const published = keyring.published()
  await clock.advance(9 * second)
  assert.equal(execute.mock.callCount(), 10)
  assert.equal(open.mock.callCount(), 0)
  assert.equal(keyring.published(), published)
})

test('a keyring that was closed reads no more', async (t) => {
  const { openNode } = startKeys(t)
  const { store, clock, keyring } = await openNode()
  await keyring.close()
  const execute = t.mock.method(store.reader, 'execute')
  await clock.advance(10 * second)
  assert.equal(execute.mock.callCount(), 0)
})

test('a store that does not answer for a while is no end of it', async (t) => {
  const { openNode } = startKeys(t)
  const { store, clock, keyring, lines, ...parts } = await openNode()
  const execute = t.mock.method(store.reader, 'execute', () => Promise.reject(new Error('locked')))
  await clock.advance(second)
  assert.ok(keyring.signing())
  assert.ok(lines.some((line) => line.includes('could not be read')))
  execute.mock.restore()
  await rotateKeys({ store, clock, ...parts, compromised: true })
  const old = keyring.signing().kid
  await clock.advance(second)
  assert.equal(keyring.find(old), undefined)
})

test('a kid is only compared (RFC-53)', async (t) => {
  const { openNode } = startKeys(t)
  const { keyring } = await openNode()
  const { kid } = keyring.signing()
  const hostile = ['../../etc/passwd', "' OR '1'='1", '__proto__', 'constructor', 'toString', '', `${kid} `]
  for (const text of [...hostile, kid.toUpperCase(), 'x'.repeat(10_240), '\u0000', '%00', `${kid}\n`]) {
    assert.equal(keyring.find(text), undefined, text.slice(0, 50))
  }
  assert.equal(keyring.find(kid)?.kid, kid)
})

interface Pair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

type WeakKey = readonly [string, SigningAlgorithm, () => Pair]

const weakKeys: readonly WeakKey[] = [
  ['RSA of 1024 bits', 'RS256', () => generateKeyPairSync('rsa', { modulusLength: 1024 })],
  ['RSA of 2047 bits', 'RS256', () => generateKeyPairSync('rsa', { modulusLength: 2047 })],
  ['another curve', 'ES256', () => generateKeyPairSync('ec', { namedCurve: 'secp256k1' })],
  ['a larger curve', 'ES256', () => generateKeyPairSync('ec', { namedCurve: 'P-384' })],
  ['a key of another algorithm', 'RS256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ['Ed448', 'EdDSA', () => generateKeyPairSync('ed448')],
]
for (const [what, algorithm, generate] of weakKeys) {
  test(`${what} is refused for ${algorithm} when the keys are opened (RFC-53)`, async (t) => {
    const { openNode } = startKeys(t)
    const { keyring, ...node } = await openNode()
    await insertPair(node.store, algorithm, generate())
    await assert.rejects(openSigningKeys(node), /too weak for|crv|curve/i)
  })
}

test('a public half that does not belong to its private half is refused (RFC-53)', async (t) => {
  const { openNode } = startKeys(t)
  const { store, keyring, ...node } = await openNode()
  const { publicJwk } = keyring.signing()
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })
  const change = store.prepare((db, p: { kid: string; public_jwk: string }) =>
    db.updateTable('signing_key').set({ public_jwk: p.public_jwk }).where('kid', '=', p.kid),
  )
  const kid = publicJwk.kid ?? ''
  await store.write((tx) => change.run(tx, { kid, public_jwk: JSON.stringify({ ...publicJwk, ...other }) }))
  await assert.rejects(openSigningKeys({ store, ...node }), /do not match/)
})

test('a key that cannot be used is left out of a running keyring, said once, and hinders no removal', async (t) => {
  const { openNode } = startKeys(t)
  const { keyring, clock, lines, published, ...node } = await openNode()
  const old = keyring.signing().kid
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const weakKid = await insertPair(node.store, 'RS256', weak)
  await clock.advance(5 * second)
  assert.ok(!published().includes(weakKid))
  assert.equal(lines.filter((line) => line.includes('cannot be used')).length, 1)
  await rotateKeys({ ...node, clock, compromised: true })
  await insertPair(node.store, 'RS256', weak)
  await clock.advance(second)
  assert.equal(keyring.find(old), undefined)
  assert.equal(published().length, 2)
})

/** Puts a pair into the store as a key would be that was made elsewhere, and has a successor. */
async function insertPair(
  store: Store,
  algorithm: SigningAlgorithm,
  { publicKey, privateKey }: Pair,
): Promise<string> {
  const jwk = publicKey.export({ format: 'jwk' }) as JWK
  const kid = await calculateJwkThumbprint(jwk)
  const clear = privateKey.export({ format: 'der', type: 'pkcs8' })
  const insert = store.prepare((db, p: { kid: string; public_jwk: string; sealed: Uint8Array }) =>
    db.insertInto('signing_key').values({
      kid: p.kid,
      algorithm,
      public_jwk: p.public_jwk,
      sealed_private_key: p.sealed,
      created_at: start,
      signs_from: start,
      removed_from: start + 1000 * day,
      published: 1,
    }),
  )
  const public_jwk = JSON.stringify({ ...jwk, kid, alg: algorithm, use: 'sig' })
  const sealed = testSealer.seal(`signing key ${kid} of ${nam.name}`, clear)
  await store.write((tx) => insert.run(tx, { kid, public_jwk, sealed }))
  return kid
}
