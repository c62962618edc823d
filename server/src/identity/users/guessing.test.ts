import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ownAddress, startSignIns } from './test-sign-ins.ts'

const wrong = { password: 'wrong' }
const second = 1000
const minute = 60 * second
const hour = 60 * minute

type SignIns = Awaited<ReturnType<typeof startSignIns>>

const waitOf = (attempt: Awaited<ReturnType<SignIns['signIn']>>): number =>
  attempt.outcome === 'throttled' ? attempt.retryAfterSeconds : 0

test('from one network five guesses are free, and each one after doubles the wait (RFC-17, RFC-2)', async (t) => {
  const { signIn, clock, derivations } = await startSignIns(t)
  for (let count = 0; count < 5; count += 1) assert.equal((await signIn(wrong)).outcome, 'refused')
  const waits = []
  for (let count = 0; count < 12; count += 1) {
    const wait = waitOf(await signIn(wrong))
    waits.push(wait)
    await clock.advance(wait * second - 1)
    const looked = derivations.length
    assert.equal(waitOf(await signIn()), 1, 'the right password waits too')
    assert.equal(derivations.length, looked, 'and is not looked at')
    await clock.advance(1)
    assert.equal((await signIn(wrong)).outcome, 'refused')
  }
  assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900])
})

test('an attempt that has to wait makes the wait no longer', async (t) => {
  const { signIn, clock } = await startSignIns(t)
  for (let count = 0; count < 5; count += 1) await signIn(wrong)
  for (let count = 0; count < 100; count += 1) assert.equal(waitOf(await signIn(wrong)), 1)
  await clock.advance(second)
  assert.equal((await signIn()).outcome, 'authenticated')
})

test('a success forgets the failures of its pair', async (t) => {
  const { signIn, clock } = await startSignIns(t)
  for (let round = 0; round < 3; round += 1) {
    for (let count = 0; count < 5; count += 1) assert.equal((await signIn(wrong)).outcome, 'refused')
    assert.equal(waitOf(await signIn()), 1)
    await clock.advance(second)
    assert.equal((await signIn()).outcome, 'authenticated')
  }
})

test('failures are forgotten after a quiet day', async (t) => {
  const { signIn, clock } = await startSignIns(t)
  for (let count = 0; count < 5; count += 1) await signIn(wrong)
  await clock.advance(24 * hour)
  for (let count = 0; count < 5; count += 1) assert.equal((await signIn(wrong)).outcome, 'refused')
  assert.equal(waitOf(await signIn()), 1)
})

test('guesses sent at once are no more than those sent one after another (RFC-2)', async (t) => {
  const { signIn, hold, clock, derivations } = await startSignIns(t)
  const release = hold()
  const attempts = Array.from({ length: 50 }, () => signIn(wrong))
  await clock.advance(0)
  assert.equal(derivations.length, 5)
  release()
  const outcomes = (await Promise.all(attempts)).map(({ outcome }) => outcome)
  assert.equal(outcomes.filter((outcome) => outcome === 'refused').length, 5)
  assert.equal(outcomes.filter((outcome) => outcome === 'throttled').length, 45)
  await clock.advance(second)
  derivations.length = 0
  const releaseOne = hold()
  const more = Array.from({ length: 50 }, () => signIn(wrong))
  await clock.advance(0)
  assert.equal(derivations.length, 1)
  releaseOne()
  await Promise.all(more)
})

test('a program that signs a person in many times at once is let, once it has done so before', async (t) => {
  const { signIn, hold, clock } = await startSignIns(t)
  assert.equal((await signIn()).outcome, 'authenticated')
  const release = hold()
  const attempts = Array.from({ length: 200 }, () => signIn())
  await clock.advance(0)
  release()
  for (const { outcome } of await Promise.all(attempts)) assert.equal(outcome, 'authenticated')
})

test('a burst of guesses beside a person who has signed in closes the pair at once (RFC-2)', async (t) => {
  const { signIn, hold, clock } = await startSignIns(t)
  assert.equal((await signIn()).outcome, 'authenticated')
  const release = hold()
  const attempts = Array.from({ length: 30 }, () => signIn(wrong))
  await clock.advance(0)
  release()
  await Promise.all(attempts)
  assert.equal(waitOf(await signIn(wrong)), 900)
})

test('many addresses get few guesses, and the person gets in from where they work (RFC-17, RFC-2)', async (t) => {
  const { signIn, clock, derivations } = await startSignIns(t)
  assert.equal((await signIn()).outcome, 'authenticated')
  derivations.length = 0
  let worked = 0
  for (let round = 0; round < 60; round += 1) {
    for (let bot = 0; bot < 200; bot += 1) {
      const attempt = await signIn({ ...wrong, address: `198.51.100.${bot}` })
      assert.notEqual(attempt.outcome, 'authenticated')
    }
    if (round % 10 === 0) {
      assert.equal((await signIn()).outcome, 'authenticated')
      worked += 1
    }
    await clock.advance(minute)
  }
  const guesses = derivations.length - worked
  assert.ok(guesses >= 20 && guesses <= 45, `${guesses} of 12000 guesses were looked at`)
})

test('many addresses at once get no more guesses than one after another (RFC-2)', async (t) => {
  const { signIn, hold, clock, derivations } = await startSignIns(t)
  const release = hold()
  const attempts = Array.from({ length: 200 }, (_, bot) => signIn({ ...wrong, address: `198.51.100.${bot}` }))
  await clock.advance(0)
  assert.equal(derivations.length, 20)
  release()
  await Promise.all(attempts)
  await clock.advance(second)
  derivations.length = 0
  const releaseOne = hold()
  const more = Array.from({ length: 200 }, (_, bot) => signIn({ ...wrong, address: `203.0.113.${bot}` }))
  await clock.advance(0)
  assert.equal(derivations.length, 1)
  releaseOne()
  await Promise.all(more)
})

test('nobody is locked out for good: from a new network too the wait is five minutes at most', async (t) => {
  const { signIn, clock } = await startSignIns(t)
  for (let round = 0; round < 200; round += 1) {
    for (let bot = 0; bot < 3; bot += 1) {
      await signIn({ ...wrong, address: `198.51.100.${(3 * round + bot) % 256}` })
    }
    await clock.advance(5 * minute)
  }
  await signIn({ ...wrong, address: '198.51.100.7' })
  const wait = waitOf(await signIn({ address: '203.0.113.9' }))
  assert.ok(wait > 0 && wait <= 300, String(wait))
  await clock.advance(wait * second)
  assert.equal((await signIn({ address: '203.0.113.9' })).outcome, 'authenticated')
})

test('who guesses at one person does not close another (RFC-2)', async (t) => {
  const { signIn, createPerson } = await startSignIns(t)
  await createPerson('agent.two')
  for (let count = 0; count < 20; count += 1) await signIn(wrong)
  assert.equal((await signIn({ username: 'agent.two' })).outcome, 'authenticated')
})

test('one password for many names is tried a hundred times, and who works there gets in (RFC-2)', async (t) => {
  const { signIn, createPerson, derivations, clock } = await startSignIns(t)
  await createPerson('agent.two')
  assert.equal((await signIn()).outcome, 'authenticated')
  derivations.length = 0
  for (let name = 0; name < 300; name += 1) await signIn({ ...wrong, username: `agent.${name}` })
  assert.equal(derivations.length, 100)
  assert.equal((await signIn()).outcome, 'authenticated')
  assert.equal(waitOf(await signIn({ username: 'agent.two' })), 600)
  assert.equal((await signIn({ username: 'agent.two', address: '203.0.113.9' })).outcome, 'authenticated')
  await clock.advance(10 * minute)
  assert.equal((await signIn({ username: 'agent.two', address: ownAddress })).outcome, 'authenticated')
})
