import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { createMovableClock } from '../../base/clock.ts'
import { systemRandom } from '../../base/random.ts'
import { createSealer } from '../../base/seal.ts'
import { authorized, nam, readJwt, startIdentity } from '../test-identity.ts'
import { removalLeewayMilliseconds, rotateKeys, successorLeadMilliseconds } from './rotate-keys.ts'
import { readRows, startKeys } from './test-keyring.ts'

const second = 1000
const tokenLifetimeSeconds = 3600

test('an ordinary rotation publishes within a second, signs after ten minutes, and loses no token', async (t) => {
  const { clock, issue, identity, app, ...parts } = await startIdentity(t)
  const published = async () =>
    (await app.inject('/auth/.well-known/openid-configuration/jwks'))
      .json()
      .keys.map(({ kid }: { kid: string }) => kid)
  const kidOf = (token: string) => readJwt(token).header.kid
  const letsIn = async (token: string) => (await identity.bearer(authorized(`Bearer ${token}`))) !== undefined
  const before = await issue()

  const rotated = await rotateKeys({ ...parts, clock, tokenLifetimeSeconds, compromised: false })
  assert.deepEqual(rotated.map(({ algorithm }) => algorithm).sort(), ['ES256', 'RS256'])
  const next = rotated.find(({ algorithm }) => algorithm === 'ES256')
  assert.ok(next)
  assert.equal(next.signsFrom, clock.now() + successorLeadMilliseconds)
  assert.ok(!(await published()).includes(next.kid))
  await clock.advance(second)
  assert.ok((await published()).includes(next.kid))
  assert.equal(kidOf(await issue()), kidOf(before))

  await clock.advance(next.signsFrom - 1 - clock.now())
  const last = await issue()
  assert.equal(kidOf(last), kidOf(before))
  await clock.advance(1)
  assert.equal(kidOf(await issue()), next.kid)
  assert.ok(await letsIn(before))
  await clock.advance(tokenLifetimeSeconds * second - 1001)
  assert.ok(await letsIn(last), 'the old key’s last token works to its end')
  assert.ok((await published()).includes(kidOf(last)))
  await clock.advance(removalLeewayMilliseconds + 1001)
  assert.ok(!(await published()).includes(kidOf(last)))
})

test('a compromised key and its tokens are good for nothing within a second, kept or not (RFC-53)', async (t) => {
  const { clock, issue, identity, app, store, ...parts } = await startIdentity(t)
  const [seen, unseen] = [await issue(), await issue({ scope: 'globalpci users:read' })]
  await identity.bearer(authorized(`Bearer ${seen}`))
  assert.ok(!(identity.bearer(authorized(`Bearer ${seen}`)) instanceof Promise), 'it is kept')

  const rotated = await rotateKeys({ ...parts, store, clock, tokenLifetimeSeconds, compromised: true })
  await clock.advance(second)
  for (const token of [seen, unseen]) {
    await assert.rejects(async () => identity.bearer(authorized(`Bearer ${token}`)), {
      code: 'invalid-token',
    })
  }
  const { keys } = (await app.inject('/auth/.well-known/openid-configuration/jwks')).json()
  const kids = rotated.map(({ kid }) => kid).sort()
  assert.deepEqual(keys.map(({ kid }: { kid: string }) => kid).sort(), kids)
  assert.deepEqual((await readRows(store)).map(({ kid }) => kid).sort(), kids)
  const token = await issue()
  assert.ok(kids.includes(readJwt(token).header.kid))
  assert.ok(await identity.bearer(authorized(`Bearer ${token}`)))
})

test('a compromised rotation also takes back a successor that has not signed', async (t) => {
  const { openNode } = startKeys(t)
  const { keyring, published, ...node } = await openNode()
  const ordinary = await rotateKeys({ ...node, compromised: false })
  const replaced = await rotateKeys({ ...node, compromised: true })
  await node.clock.advance(second)
  assert.deepEqual([...published()].sort(), replaced.map(({ kid }) => kid).sort())
  for (const { kid } of ordinary) assert.equal(keyring.find(kid), undefined)
  await node.clock.advance(successorLeadMilliseconds)
  assert.ok(replaced.some(({ kid }) => kid === keyring.signing().kid))
})

test('two ordinary rotations, one after the other, sign in their order and leave one key of each', async (t) => {
  const { openNode } = startKeys(t)
  const { keyring, clock, published, ...node } = await openNode()
  const old = keyring.signing().kid
  const [first] = await rotateKeys({ ...node, clock, compromised: false })
  await clock.advance(60 * second)
  const [other] = await rotateKeys({ ...node, clock, compromised: false })
  await clock.advance(successorLeadMilliseconds - 60 * second - 1)
  assert.equal(keyring.signing().kid, old)
  await clock.advance(1)
  assert.equal(keyring.signing().kid, first?.kid)
  await clock.advance(60 * second)
  assert.equal(keyring.signing().kid, other?.kid)
  await clock.advance(tokenLifetimeSeconds * second + removalLeewayMilliseconds + second)
  assert.equal(published().length, 2)
  assert.equal(keyring.signing().kid, other?.kid)
})

test('rotations at the same moment leave one key that signs, for all of its time', async (t) => {
  const { openNode } = startKeys(t)
  const { keyring, clock, published, ...node } = await openNode()
  await Promise.all([0, 1, 2].map(() => rotateKeys({ ...node, clock, compromised: false })))
  await clock.advance(successorLeadMilliseconds)
  const signing = keyring.signing().kid
  await clock.advance(tokenLifetimeSeconds * second + removalLeewayMilliseconds + second)
  assert.equal(published().length, 2)
  assert.equal(keyring.signing().kid, signing)
})

for (const compromised of [false, true]) {
  const how = compromised ? 'a compromised' : 'an ordinary'
  test(`${how} rotation under another sealing key is refused, and nothing is changed`, async (t) => {
    const { openNode } = startKeys(t)
    const { keyring, ...node } = await openNode()
    const before = await readRows(node.store)
    const sealer = createSealer(Buffer.alloc(32, 8), systemRandom)
    await assert.rejects(rotateKeys({ ...node, sealer, compromised }))
    assert.deepEqual(await readRows(node.store), before)
  })
}

const elsewhere = (file: string, compromised: boolean) => `
  import { systemClock } from ${path('base/clock.ts')}
  import { systemRandom } from ${path('base/random.ts')}
  import { createSealer } from ${path('base/seal.ts')}
  import { rotateKeys } from ${path('identity/keys/rotate-keys.ts')}
  import { openTestStore } from ${path('store/test-store.ts')}
  const store = await openTestStore(${JSON.stringify(file)})
  const sealer = createSealer(Buffer.alloc(32, 7), systemRandom)
  const parts = { store, clock: systemClock, sealer, region: ${JSON.stringify(nam)} }
  const rotated = await rotateKeys({ ...parts, tokenLifetimeSeconds: 3600, compromised: ${compromised} })
  await store.close()
  process.stdout.write(JSON.stringify(rotated))
`

const path = (name: string) => JSON.stringify(new URL(`../../${name}`, import.meta.url).href)

test('what another process does to the keys is followed within a second', async (t) => {
  const { openNode, file } = startKeys(t)
  const clock = createMovableClock(Date.now())
  const { keyring, published } = await openNode({ clock })
  const old = keyring.signing().kid
  async function rotateElsewhere(compromised: boolean): Promise<readonly { kid: string }[]> {
    const script = ['--input-type=module-typescript', '-e', elsewhere(file, compromised)]
    return JSON.parse((await promisify(execFile)(process.execPath, script)).stdout)
  }
  const ordinary = await rotateElsewhere(false)
  await clock.advance(second)
  assert.equal(keyring.signing().kid, old)
  for (const { kid } of ordinary) assert.ok(published().includes(kid))
  const replaced = await rotateElsewhere(true)
  await clock.advance(second)
  assert.equal(keyring.find(old), undefined)
  assert.deepEqual([...published()].sort(), replaced.map(({ kid }) => kid).sort())
  assert.ok(replaced.some(({ kid }) => kid === keyring.signing().kid))
})
