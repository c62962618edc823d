import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalPassword, hashPassword } from './hash-password.ts'
import { PasswordHashingBusy } from './password-hashing.ts'
import { quickTag } from './test-hashing.ts'
import { password, startSignIns } from './test-sign-ins.ts'

const wrong = { password: 'wrong' }
const refused = { outcome: 'refused' }
const current = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 }

test('the right password signs a person in, under any spelling of the username (RFC-17)', async (t) => {
  const { signIn, userId, account } = await startSignIns(t)
  for (const username of ['agent.one', 'AGENT.One', 'ａｇｅｎｔ.one']) {
    assert.deepEqual(await signIn({ username }), {
      outcome: 'authenticated',
      user: {
        id: userId,
        account,
        username: 'agent.one',
        displayName: 'agent.one',
        agentId: 'agent12345',
        licence: 'agent',
        tokensValidFrom: 0,
      },
    })
  }
})

test('a password in another Unicode form is the same one', async (t) => {
  const { signIn, keep, userId, random } = await startSignIns(t)
  const written = 'pässwörd of ﬁve words'
  await keep(userId, await hashPassword(written.normalize('NFC'), random, async (each) => quickTag(each)))
  for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD']) {
    const attempt = await signIn({ password: written.normalize(form) })
    assert.equal(attempt.outcome, 'authenticated', form)
  }
  assert.deepEqual(await signIn({ password: written.toUpperCase() }), refused)
})

test('unknown, disabled and wrong cost one hash of the same settings, and are told alike (RFC-17)', async (t) => {
  const { signIn, createPerson, identity, derivations } = await startSignIns(t)
  const disabled = await createPerson('agent.gone')
  await identity.users.setDisabled(disabled, 'disabled')
  for (const attempt of [
    wrong,
    { username: 'nobody' },
    { username: 'nobody', password: '\0'.repeat(32) },
    { username: 'agent.gone' },
    { username: 'agent.gone', ...wrong },
  ]) {
    derivations.length = 0
    assert.deepEqual(await signIn(attempt), refused)
    assert.equal(derivations.length, 1)
    const [{ message, nonce, ...settings } = assert.fail()] = derivations
    assert.equal(Buffer.from(message).toString(), 'password' in attempt ? attempt.password : password)
    assert.equal(nonce.length, 16)
    assert.deepEqual(settings, current)
  }
})

test('what is kept and cannot be read lets nobody in, costs as much, and is logged by the id alone', async (t) => {
  const { signIn, keep, userId, derivations, lines } = await startSignIns(t)
  await keep(userId, '')
  assert.deepEqual(await signIn(), refused)
  assert.equal(derivations.length, 1)
  const entries = lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 50)
  assert.equal(entries.length, 1)
  assert.equal(entries[0].userId, userId)
  assert.ok(!lines.join('').includes(password))
})

test('what can be no username or no password is refused, and counts by its network alone', async (t) => {
  const { signIn, derivations, clock } = await startSignIns(t)
  const impossible = [
    { username: 'x'.repeat(257) },
    { username: '\ufdfa'.repeat(20) },
    { username: '' },
    { password: 'x'.repeat(1025) },
    { password: 'ä'.repeat(513) },
    { password: '' },
  ]
  for (const attempt of impossible) {
    assert.deepEqual(await signIn({ ...attempt, address: '203.0.113.5' }), refused)
    await clock.advance(1000)
  }
  assert.deepEqual(await signIn({ username: 'a\u0000b', address: '203.0.113.7' }), refused)
  assert.equal(derivations.length, 0)
  for (const attempt of [{ username: 'x'.repeat(256) }, { password: 'x'.repeat(1024) }]) {
    assert.deepEqual(await signIn(attempt), refused)
  }
  assert.equal(derivations.length, 2)
  const impossibleOfOne = { password: 'x'.repeat(1025), address: '203.0.113.6' }
  for (let count = 0; count < 5; count += 1) assert.deepEqual(await signIn(impossibleOfOne), refused)
  assert.equal((await signIn(impossibleOfOne)).outcome, 'throttled')
  assert.equal(
    (await signIn({ password: '', username: 'another', address: '203.0.113.6' })).outcome,
    'throttled',
  )
  assert.equal((await signIn({ address: '203.0.113.6' })).outcome, 'authenticated')
})

test('nobody is given a username that they could not sign in with', async (t) => {
  const { createPerson, signIn } = await startSignIns(t)
  for (const username of ['x'.repeat(257), '\ufdfa'.repeat(20)]) {
    await assert.rejects(createPerson(username), TypeError)
  }
  const username = 'x'.repeat(256)
  await createPerson(username)
  assert.equal((await signIn({ username })).outcome, 'authenticated')
})

test('a password kept by older settings is hashed anew when it has proved right (RFC-19)', async (t) => {
  const { signIn, keep, kept, userId, clock } = await startSignIns(t)
  const nonce = Buffer.alloc(16, 5)
  const settings = { memory: 8192, passes: 1, parallelism: 1, tagLength: 32 }
  const tag = Buffer.from(quickTag({ message: canonicalPassword(password), nonce, ...settings }))
  const unpadded = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')
  const older = `$argon2id$v=19$m=8192,t=1,p=1$${unpadded(nonce)}$${unpadded(tag)}`
  await keep(userId, older)
  assert.deepEqual(await signIn(wrong), refused)
  await clock.advance(0)
  assert.equal(await kept(userId), older)
  assert.equal((await signIn()).outcome, 'authenticated')
  await clock.advance(0)
  assert.match((await kept(userId)) ?? '', /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  assert.notEqual(await kept(userId), older)
  assert.equal((await signIn()).outcome, 'authenticated')
})

test('hashing anew does not undo a change of the password that came between', async (t) => {
  const { signIn, keep, kept, userId, hold, derivations, clock } = await startSignIns(t)
  const nonce = Buffer.alloc(16, 5)
  const settings = { memory: 8192, passes: 1, parallelism: 1, tagLength: 32 }
  const tag = Buffer.from(quickTag({ message: canonicalPassword(password), nonce, ...settings }))
  const unpadded = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')
  await keep(userId, `$argon2id$v=19$m=8192,t=1,p=1$${unpadded(nonce)}$${unpadded(tag)}`)
  const releaseFirst = hold()
  const first = signIn()
  await clock.advance(0)
  const releaseSecond = hold()
  releaseFirst()
  assert.equal((await first).outcome, 'authenticated')
  await clock.advance(0)
  assert.equal(derivations.length, 2)
  await keep(userId, 'of the administrator')
  releaseSecond()
  await clock.advance(0)
  assert.equal(await kept(userId), 'of the administrator')
})

test('when no more hashes can be taken it says so, and nothing is counted (RFC-17)', async (t) => {
  const { signIn, failWith } = await startSignIns(t)
  failWith(new PasswordHashingBusy())
  for (let count = 0; count < 20; count += 1) {
    assert.deepEqual(await signIn(wrong), { outcome: 'busy', retryAfterSeconds: 2 })
  }
  failWith(undefined)
  assert.equal((await signIn()).outcome, 'authenticated')
})

test('a fault of ours is no failure of theirs, and does not stay under way', async (t) => {
  const { signIn, failWith } = await startSignIns(t)
  failWith(new Error('no memory'))
  for (let count = 0; count < 20; count += 1) await assert.rejects(signIn(), /no memory/)
  failWith(undefined)
  assert.equal((await signIn()).outcome, 'authenticated')
})
