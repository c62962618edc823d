import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../../base/clock.ts'
import type { MessageKind, TakenMessage, Verdict } from './message-kind.ts'
import { createOutbox } from './outbox.ts'

const second = 1000
const minute = 60 * second

/** A message in the table of the test. */
interface Row {
  readonly id: string
  readonly receiver: string
  dueAt: number
  attempts: number
  state: 'waiting' | 'done' | 'given up'
}

type Taken = Row & TakenMessage

/** Commands that are sent until they are confirmed, to telephones that answer what the test says; a table for all processes. */
function startTable() {
  const clock = createMovableClock()
  const table: Row[] = []
  const sent: string[] = []
  const failures: unknown[] = []
  const counted: string[] = []
  const lags: number[] = []
  const answers = {
    send: async (_: Taken, _signal: AbortSignal): Promise<Verdict> => ({ is: 'done' }),
    write: async (): Promise<void> => {},
  }

  async function change(message: Taken, changes: Partial<Row>): Promise<void> {
    await answers.write()
    const row = table.find(({ id }) => id === message.id)
    if (row?.dueAt === message.heldUntil) Object.assign(row, changes)
  }

  const waiting = () => table.filter(({ state }) => state === 'waiting')
  const kind: MessageKind<Taken, Verdict> = {
    rows: {
      async nextReceiver(after = '') {
        const rows = waiting().filter(({ receiver }) => receiver > after)
        const [first] = rows.toSorted((a, b) => a.receiver.localeCompare(b.receiver) || a.dueAt - b.dueAt)
        return first
      },
      async due(receiver, { now, heldUntil, max }) {
        const rows = waiting().filter((row) => row.receiver === receiver && row.dueAt <= now)
        const taken = rows.toSorted((a, b) => a.dueAt - b.dueAt).slice(0, max)
        for (const row of taken) row.dueAt = heldUntil
        return { items: taken.map((row) => ({ ...row, heldUntil })), mayBeMore: taken.length === max }
      },
      done: (message) => change(message, { state: 'done' }),
      again: (message, _, at) => change(message, { dueAt: at, attempts: message.attempts + 1 }),
      givenUp: (message) => change(message, { state: 'given up' }),
      async giveBack(messages, now) {
        for (const message of messages) await change(message, { dueAt: now })
      },
      leaveAlone: (message, until) => change(message, { dueAt: until }),
    },
    meter: {
      attempted: (outcome, milliseconds) => void counted.push(`${outcome} ${milliseconds}`),
      looked: (lag) => void lags.push(lag),
    },
    attemptMilliseconds: 10 * second,
    closingMilliseconds: 5 * second,
    send(message, signal) {
      sent.push(message.id)
      return answers.send(message, signal)
    },
    isOver: ({ id }) => id.startsWith('over'),
    verdict: (_, verdict) => verdict,
    failed: (error) => void failures.push(error),
    notRead: (error) => void failures.push(error),
  }

  return {
    clock,
    table,
    sent,
    failures,
    counted,
    lags,
    answers,
    start() {
      const outbox = createOutbox(kind, clock)
      outbox.start()
      return outbox
    },
    /** Writes a message, for whoever takes it. */
    write(id: string, receiver = 'phone', dueAt = clock.now()): void {
      table.push({ id, receiver, dueAt, attempts: 0, state: 'waiting' })
    },
    find: (id: string) => table.find((row) => row.id === id) ?? assert.fail(id),
  }
}

/** All that can happen now has happened: nothing here waits for anything but promises. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

const failed = (verdict: Partial<Extract<Verdict, { is: 'again' }>> = {}): Verdict => ({
  is: 'again',
  pause: 10 * second,
  until: Number.POSITIVE_INFINITY,
  ...verdict,
})

test('what is due is sent, the oldest first, and what is not is sent when it is', async () => {
  const { clock, start, write, sent, find } = startTable()
  write('second', 'phone', clock.now() - 1)
  write('first', 'phone', clock.now() - 2)
  write('later', 'phone', clock.now() + minute)
  start()
  await settled()
  assert.deepEqual(sent, ['first', 'second'])
  assert.equal(find('first').state, 'done')
  await clock.leap(minute + second)
  await settled()
  assert.deepEqual(sent, ['first', 'second', 'later'])
})

test('a message that this process has written is sent at once, if there is room; it is nobody else’s meanwhile', async () => {
  const { clock, start, write, sent, find } = startTable()
  const [outbox, other] = [start(), start()]
  const heldUntil = outbox.heldUntil('phone')
  assert.ok(heldUntil > clock.now())
  write('mine', 'phone', heldUntil)
  outbox.take('phone', { ...find('mine'), heldUntil })
  await settled()
  await clock.leap(2 * second)
  await settled()
  assert.deepEqual(sent, ['mine'])
  await other.close()
  assert.equal(other.heldUntil('phone'), clock.now(), 'one that closes has no room')
})

test('it is sent again after the longer pause, and no later than its time is over', async () => {
  const { clock, start, write, answers, find } = startTable()
  const until = clock.now() + 90 * second
  const verdicts = [failed(), failed({ retryAfter: minute }), failed({ pause: 5 * minute, until })]
  answers.send = async () => verdicts.shift() ?? { is: 'given up' }
  write('command')
  start()
  const began = clock.now()
  for (const [attempts, dueAt] of [
    [1, began + 10 * second],
    [2, began + 70 * second],
    [3, until],
  ] as const) {
    await settled()
    assert.deepEqual([find('command').attempts, find('command').dueAt], [attempts, dueAt])
    await clock.leap(dueAt - clock.now())
  }
  await settled()
  assert.equal(find('command').state, 'given up')
})

test('a receiver that wants to be left alone is sent nothing until then, and others are', async () => {
  const { clock, start, write, answers, sent, find } = startTable()
  answers.send = async ({ id }) => (id === 'busy' ? failed({ retryAfter: minute }) : { is: 'done' })
  write('busy')
  start()
  await settled()
  write('another')
  write('elsewhere', 'other phone')
  await clock.advance(second)
  await settled()
  assert.deepEqual(sent, ['busy', 'elsewhere'])
  assert.equal(find('another').dueAt, clock.now() - second + minute)
})

test('what is wanted no more is given up, and never sent', async () => {
  const { start, write, sent, find } = startTable()
  write('over since')
  start()
  await settled()
  assert.deepEqual(sent, [])
  assert.equal(find('over since').state, 'given up')
})

test('what could not be written is sent again when its hold has run out, and so is what a killed process had', async () => {
  const { clock, start, write, answers, sent, failures, find } = startTable()
  answers.write = () => Promise.reject(new Error('The disk is full.'))
  write('command')
  start()
  await settled()
  assert.equal(failures.length, 1)
  answers.write = async () => {}
  await clock.leap(44 * second)
  await settled()
  assert.deepEqual(sent, ['command'])
  await clock.leap(2 * second)
  await settled()
  assert.deepEqual(sent, ['command', 'command'])
  assert.equal(find('command').state, 'done')
})

test('a process that closes waits a while for attempts, breaks them off then, and gives the rest back', async () => {
  const { clock, start, write, answers, sent, find } = startTable()
  answers.send = (_, signal) =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve({ is: 'not sent' })))
  for (let each = 0; each < 20; each += 1) write(`command ${each}`)
  const outbox = start()
  await settled()
  assert.equal(sent.length, 16, 'a receiver has so many at a time')
  const closed = outbox.close()
  await settled()
  assert.equal(find('command 19').dueAt, clock.now())
  assert.ok(find('command 0').dueAt > clock.now())
  await clock.leap(5 * second)
  await closed
  assert.ok(find('command 0').dueAt <= clock.now())
  assert.equal(sent.length, 16)
})

test('however many are due for a receiver, all are sent', async () => {
  const { start, write, sent, table } = startTable()
  for (let each = 0; each < 300; each += 1) write(`command ${each}`)
  start()
  await settled()
  assert.equal(new Set(sent).size, 300)
  assert.ok(table.every(({ state }) => state === 'done'))
})

test('what comes to a process that has closed is given back', async () => {
  const { clock, start, write, sent, find } = startTable()
  const outbox = start()
  const heldUntil = outbox.heldUntil('phone')
  write('late', 'phone', heldUntil)
  await outbox.close()
  outbox.take('phone', { ...find('late'), heldUntil })
  await settled()
  assert.deepEqual(sent, [])
  assert.equal(find('late').dueAt, clock.now())
})

test('each attempt is counted by what it came to, and how late the oldest message is', async () => {
  const { clock, start, write, answers, counted, lags } = startTable()
  const verdicts: readonly Verdict[] = [
    { is: 'done' },
    failed(),
    failed({ isGood: true }),
    { is: 'given up' },
    { is: 'not sent' },
  ]
  for (const [at, verdict] of verdicts.entries()) {
    const waiting = Promise.withResolvers<void>()
    answers.send = async () => {
      await waiting.promise
      return verdict
    }
    write(`m${at}`, `phone ${at}`, clock.now() - minute)
    const outbox = start()
    await settled()
    await clock.leap(3 * second)
    waiting.resolve()
    await settled()
    await outbox.close()
  }
  assert.deepEqual(counted, [
    'delivered 3000',
    'retried 3000',
    'delivered 3000',
    'given-up 3000',
    'not-sent 3000',
  ])
  assert.equal(lags[0], minute)

  const more = startTable()
  more.write('over', 'phone', more.clock.now())
  more.start()
  await settled()
  assert.deepEqual(more.counted, ['given-up 0'])
  await more.clock.leap(minute)
  await settled()
  assert.equal(more.lags.at(-1), 0, 'nothing is due')
})
