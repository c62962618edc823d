import { Worker } from 'node:worker_threads'
import { entryFile } from '../../base/files/own-files.ts'
import type { Derivation, Derive } from './hash-password.ts'
import { createHashingLane } from './hashing-lane.ts'

/** Hashes the passwords of people who sign in: one at a time, beside the requests and not among them. */
export interface PasswordHashing {
  /** @throws {PasswordHashingBusy} when too many wait already, or it has been closed. */
  readonly derive: Derive
  /** Ends the thread; what waits is refused. */
  close(): Promise<void>
}

/** There is no room for another hash at this moment. */
export class PasswordHashingBusy extends Error {
  constructor() {
    super('Too many passwords are waiting to be hashed.')
    this.name = 'PasswordHashingBusy'
  }
}

/** A thread that derives one tag at a time. */
export interface HashingThread {
  /** Rejects when the thread dies, which is then of no more use. */
  readonly derive: Derive
  close(): Promise<void>
}

interface Job {
  readonly derivation: Derivation
  readonly resolve: (tag: Uint8Array) => void
  readonly reject: (reason: unknown) => void
}

/**
 * Makes the bounded queue in front of one thread of the lowest priority, which is started when it is first needed,
 * and again when it has died.
 *
 * Measured on two cores with 50 sign-ins a second beside 1,000 token requests, as the token endpoint's p99 in times of
 * its quiet value, by a client that costs next to nothing: on libuv's threads, where tokens are signed, 2.9; on a thread
 * of the lowest priority 1.1 and 1.2, no more than any other process of that priority costs which burns a core. What it
 * hashes in stays mapped, so that there are no page faults to disturb the main thread by, and a child process does no
 * better, not even one under `SCHED_IDLE`; it would be one more thing to look after. When the machine is full of token
 * requests 10 to 20 sign-ins a second get through, and the others are told to come again.
 *
 * Who has signed in from there before waits in a lane of their own, which has every other turn, and in each lane sources
 * take turns: however many strangers send passwords, and from wherever, they make nobody wait who is known.
 *
 * @param maxWaiting in each lane; further ones are refused rather than kept.
 */
export function createPasswordHashing({
  startThread = startArgon2Thread,
  maxWaiting = 64,
}: {
  readonly startThread?: () => HashingThread
  readonly maxWaiting?: number
} = {}): PasswordHashing {
  const lanes = { known: createHashingLane<Job>(maxWaiting), others: createHashingLane<Job>(maxWaiting) }
  let turn: keyof typeof lanes = 'known'
  let thread: HashingThread | undefined
  let isRunning = false
  let isClosed = false

  async function run({ derivation, resolve, reject }: Job): Promise<void> {
    try {
      thread ??= startThread()
      resolve(await thread.derive(derivation))
    } catch (error) {
      thread = undefined
      reject(isClosed ? new PasswordHashingBusy() : error)
    }
  }

  function next(): Job | undefined {
    const [first, second] = turn === 'known' ? (['known', 'others'] as const) : (['others', 'known'] as const)
    turn = second
    return lanes[first].next() ?? lanes[second].next()
  }

  async function runAll(): Promise<void> {
    isRunning = true
    for (let job = next(); job !== undefined; job = next()) await run(job)
    isRunning = false
  }

  return {
    derive: (derivation, waits) =>
      new Promise((resolve, reject) => {
        const lane = lanes[waits?.lane ?? 'others']
        if (isClosed || !lane.put({ derivation, resolve, reject }, waits?.source)) {
          derivation.message.fill(0)
          return reject(new PasswordHashingBusy())
        }
        if (!isRunning) void runAll()
      }),
    async close() {
      isClosed = true
      for (const lane of Object.values(lanes)) {
        for (const { derivation, reject } of lane.empty()) {
          derivation.message.fill(0)
          reject(new PasswordHashingBusy())
        }
      }
      await thread?.close()
    },
  }
}

/** The thread keeps the process alive only while it has something to do. */
function startArgon2Thread(): HashingThread {
  const worker = new Worker(entryFile('identity/users/argon2-worker'))
  let job: Pick<Job, 'resolve' | 'reject'> | undefined
  let end: unknown
  const die = (reason: unknown) => {
    end ??= reason
    job?.reject(end)
    job = undefined
  }
  worker.unref()
  worker.on('message', (tag: Uint8Array) => {
    worker.unref()
    job?.resolve(tag)
    job = undefined
  })
  worker.on('error', die)
  worker.on('exit', () => die(new Error('The thread that hashes passwords has ended.')))
  return {
    derive: ({ message, nonce, memory, passes, parallelism, tagLength }) =>
      new Promise((resolve, reject) => {
        if (end !== undefined) {
          message.fill(0)
          return reject(end)
        }
        job = { resolve, reject }
        worker.ref()
        const ownNonce = new Uint8Array(nonce)
        const order = { message, nonce: ownNonce, memory, passes, parallelism, tagLength }
        // Given away, not copied: what a message is copied into cannot be overwritten.
        worker.postMessage(order, [message.buffer])
      }),
    close: async () => void (await worker.terminate()),
  }
}
