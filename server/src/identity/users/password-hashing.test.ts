import assert from 'node:assert/strict'
import { argon2Sync } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { test } from 'node:test'
import type { Derivation } from './hash-password.ts'
import { createPasswordHashing, type HashingThread, PasswordHashingBusy } from './password-hashing.ts'

const encoded = (password: string) => new TextEncoder().encode(password)

/** Whoever derives takes the message away. */
const newDerivation = (password = 'correct horse battery'): Derivation => ({
  message: encoded(password),
  nonce: Buffer.from('a salt of sixteen', 'latin1').subarray(0, 16),
  memory: 64,
  passes: 1,
  parallelism: 1,
  tagLength: 32,
})

/** Threads that answer when they are told to, with the message's length. */
function manualThreads() {
  const started: HashingThread[] = []
  const underWay: PromiseWithResolvers<Uint8Array>[] = []
  const startThread = (): HashingThread => {
    const thread = {
      derive: () => {
        const answer = Promise.withResolvers<Uint8Array>()
        underWay.push(answer)
        return answer.promise
      },
      close: async () => {
        for (const { reject } of underWay) reject(new Error('The thread has ended.'))
      },
    }
    started.push(thread)
    return thread
  }
  return { started, underWay, startThread }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('one is hashed at a time, so many wait, and a further one is refused (RFC-17)', async () => {
  const { startThread, underWay } = manualThreads()
  const { derive } = createPasswordHashing({ startThread, maxWaiting: 32 })
  const taken = Array.from({ length: 33 }, () => derive(newDerivation()))
  await assert.rejects(derive(newDerivation()), PasswordHashingBusy)
  assert.equal(underWay.length, 1)
  underWay[0]?.resolve(Uint8Array.of(1))
  assert.deepEqual(await taken[0], Uint8Array.of(1))
  await turn()
  assert.equal(underWay.length, 2)
  const next = derive(newDerivation())
  await assert.rejects(derive(newDerivation()), PasswordHashingBusy)
  for (let count = 1; count < 34; count += 1) {
    underWay[count]?.resolve(Uint8Array.of(count + 1))
    await turn()
  }
  assert.deepEqual(await Promise.all(taken.slice(1)), sequence(2, 33))
  assert.deepEqual(await next, Uint8Array.of(34))
})

test('strangers who fill every place make nobody wait who is known, and those have every other turn', async () => {
  const { startThread, underWay } = manualThreads()
  const { derive, close } = createPasswordHashing({ startThread, maxWaiting: 8 })
  const asked: string[] = []
  const ask = (lane: 'known' | 'others', source: string) =>
    derive(newDerivation(source), { lane, source }).then(() => asked.push(source))
  const strangers = Array.from({ length: 40 }, (_, index) => ask('others', `stranger ${index}`))
  const outcomes = Promise.allSettled(strangers)
  const known = [ask('known', 'Ada'), ask('known', 'Zoe')]
  for (let count = 0; count < 11; count += 1) {
    underWay[count]?.resolve(Uint8Array.of(1))
    await turn()
  }
  await Promise.all(known)
  assert.deepEqual(asked.slice(0, 5), ['stranger 0', 'stranger 1', 'Ada', 'stranger 2', 'Zoe'])
  const refused = (await outcomes).filter(({ status }) => status === 'rejected')
  assert.equal(refused.length, 31)
  await close()
})

const sequence = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => Uint8Array.of(first + index))

test('no thread is started before it is needed, and one that has died is replaced', async () => {
  const { startThread, started, underWay } = manualThreads()
  const { derive } = createPasswordHashing({ startThread })
  assert.equal(started.length, 0)
  const [first, second] = [derive(newDerivation()), derive(newDerivation())]
  assert.equal(started.length, 1)
  underWay[0]?.reject(new Error('no memory'))
  await assert.rejects(first, /no memory/)
  await turn()
  assert.equal(started.length, 2)
  underWay[1]?.resolve(Uint8Array.of(2))
  assert.deepEqual(await second, Uint8Array.of(2))
})

test('when it is closed, all that waits is refused, and whatever comes after', async () => {
  const { startThread } = manualThreads()
  const { derive, close } = createPasswordHashing({ startThread })
  const attempts = [derive(newDerivation()), derive(newDerivation()), derive(newDerivation())]
  const settled = Promise.allSettled(attempts)
  await close()
  for (const outcome of await settled) {
    assert.ok(outcome.status === 'rejected' && outcome.reason instanceof PasswordHashingBusy)
  }
  await assert.rejects(derive(newDerivation()), PasswordHashingBusy)
})

test('the thread derives what Argon2id is, for many in their order', async (t) => {
  const { derive, close } = createPasswordHashing()
  t.after(close)
  const messages = Array.from({ length: 10 }, (_, index) => `password ${index}`)
  const tags = await Promise.all(messages.map((message) => derive(newDerivation(message))))
  for (const [index, message] of messages.entries()) {
    assert.deepEqual(Buffer.from(tags[index] ?? []), argon2Sync('argon2id', newDerivation(message)))
  }
})

test('a password is handed to the thread, and overwritten where it is not taken', async (t) => {
  const { derive, close } = createPasswordHashing()
  t.after(close)
  const taken = newDerivation()
  await derive(taken)
  assert.equal(taken.message.length, 0, 'its bytes have gone to the thread')
  await close()
  const refused = newDerivation()
  await assert.rejects(derive(refused), PasswordHashingBusy)
  assert.ok(refused.message.length > 0 && refused.message.every((byte) => byte === 0))
})

test('a thread that a hash has killed is started again for the next', async (t) => {
  const { derive, close } = createPasswordHashing()
  t.after(close)
  await assert.rejects(derive({ ...newDerivation(), tagLength: 0 }))
  assert.equal((await derive(newDerivation())).length, 32)
})

test('hashes give way to requests', {
  skip: process.platform !== 'linux' || getPriority() === 19,
}, async (t) => {
  const before = getPriority()
  const { derive, close } = createPasswordHashing()
  t.after(close)
  await derive(newDerivation())
  assert.ok(priorities().includes(19))
  assert.equal(getPriority(), before)
})

/** Of each thread of this process: the 19th field of its `stat`, of which the second may hold spaces. */
function priorities(): readonly number[] {
  return readdirSync('/proc/self/task').map((id) => {
    const stat = readFileSync(`/proc/self/task/${id}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])
  })
}
