import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../base/clock.ts'
import { createLog } from '../base/log.ts'
import { createEnding, createStartEnding } from './end-on-signal.ts'
import { endingSignals } from './ending-signals.ts'

/** A process that is told to end, and the server in it, whose work is done when the test says so. */
function start({ mode = 'production' as 'production' | 'sandbox', drainSeconds = 5, stopSeconds = 30 } = {}) {
  const clock = createMovableClock()
  const done: string[] = []
  const lines: string[] = []
  const closed = Promise.withResolvers<void>()
  const told = createEnding({
    tonegate: {
      drain: () => void done.push('drained'),
      close() {
        done.push('closing')
        return closed.promise
      },
    },
    config: { mode, life: { drainSeconds, stopSeconds, opsListen: null } },
    clock,
    log: createLog('info', { write: (line) => lines.push(line) }),
    exit: (code) => void done.push(`exit ${code}`),
  })
  return { told, clock, done, closed, says: (text: string) => lines.some((line) => line.includes(text)) }
}

test('it says that it is not ready, answers on, and closes after the drain', async () => {
  const { told, clock, done, closed, says } = start()
  told('SIGTERM')
  assert.deepEqual(done, ['drained'])
  await clock.advance(4_999)
  assert.deepEqual(done, ['drained'])
  await clock.advance(1)
  assert.deepEqual(done, ['drained', 'closing'])
  closed.resolve()
  await clock.advance(0)
  assert.deepEqual(done, ['drained', 'closing', 'exit 0'])
  assert.ok(says('stopped'))
})

test('without a drain it closes at once', async () => {
  const { told, clock, done } = start({ drainSeconds: 0 })
  told('SIGINT')
  await clock.advance(0)
  assert.deepEqual(done, ['drained', 'closing'])
})

test('a second signal ends the drain, and waits for all else as before', async () => {
  const { told, clock, done, closed, says } = start({ drainSeconds: 600, stopSeconds: 3600 })
  told('SIGTERM')
  told('SIGTERM')
  await clock.advance(0)
  assert.deepEqual(done, ['drained', 'closing'])
  told('SIGINT')
  await clock.advance(60_000)
  assert.deepEqual(done, ['drained', 'closing'])
  assert.ok(says('already stopping: payments that are being charged are waited for'))
  closed.resolve()
  await clock.advance(0)
  assert.deepEqual(done, ['drained', 'closing', 'exit 0'])
})

test('the bound holds for all of it, the drain included, and says what was left', async () => {
  const { told, clock, done, says } = start({ drainSeconds: 5, stopSeconds: 30 })
  told('SIGTERM')
  await clock.advance(5_000)
  await clock.advance(24_999)
  assert.deepEqual(done, ['drained', 'closing'])
  await clock.advance(1)
  assert.deepEqual(done, ['drained', 'closing', 'exit 1'])
  assert.ok(says('stopped before everything was done'))
})

test('what cannot be closed is said, and ends it with an error', async () => {
  const { told, clock, done, closed, says } = start({ drainSeconds: 0 })
  told('SIGTERM')
  closed.reject(new Error('the store is broken'))
  await clock.advance(0)
  assert.deepEqual(done, ['drained', 'closing', 'exit 1'])
  assert.ok(says('could not stop in order'))
})

test('a terminal that is closed ends the sandbox, and production says that it goes on', async () => {
  const production = start()
  production.told('SIGHUP')
  await production.clock.advance(60_000)
  assert.deepEqual(production.done, [])
  assert.ok(production.says('SIGHUP changes nothing'))
  const sandbox = start({ mode: 'sandbox', drainSeconds: 0 })
  sandbox.told('SIGHUP')
  await sandbox.clock.advance(0)
  assert.deepEqual(sandbox.done, ['drained', 'closing'])
})

test('a process that is still starting ends at once, by the signals that end one that runs', () => {
  const ended: string[] = []
  for (const mode of ['production', 'sandbox'] as const) {
    for (const signal of endingSignals)
      createStartEnding({ mode, exit: (code) => ended.push(`${mode} ${signal} ${code}`) })(signal)
  }
  assert.deepEqual(ended, [
    ...['production SIGTERM 0', 'production SIGINT 0'],
    ...['sandbox SIGTERM 0', 'sandbox SIGINT 0', 'sandbox SIGHUP 0'],
  ])
})
