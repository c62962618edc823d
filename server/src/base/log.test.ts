import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, openSync } from 'node:fs'
import { test } from 'node:test'
import { createLog } from './log.ts'
import { Problem } from './problem.ts'
import { inRequest, outsideRequests } from './request-scope.ts'
import { createThinOut } from './thin-out.ts'

function start() {
  const lines: string[] = []
  return {
    log: createLog('trace', { write: (line) => lines.push(line) }),
    read: () => lines.map((line) => JSON.parse(line)),
  }
}

test('a line that is written for a request says for which, and others do not', async () => {
  const { log, read } = start()
  await inRequest('r-1', async () => {
    log.info('at once')
    await new Promise((resolve) => setImmediate(resolve))
    log.info('later')
    outsideRequests(() => log.info('for nobody'))
  })
  log.info('by itself')
  assert.deepEqual(
    read().map(({ message, requestId }) => [message, requestId]),
    [
      ['at once', 'r-1'],
      ['later', 'r-1'],
      ['for nobody', undefined],
      ['by itself', undefined],
    ],
  )
})

test('a database that cannot be written is one line a minute for each text, with how many there were', () => {
  let now = 0
  const thinOut = createThinOut(() => now)
  const err = new Problem('storage-unavailable', 'Nothing can be stored.')
  const tell = (message: string) =>
    thinOut([{ err }, message] as never) as unknown as [{ leftOut?: number }] | undefined
  assert.ok(tell('a result was not accepted'))
  assert.ok(tell('another'))
  for (let time = 0; time < 1_000; time += 1) assert.equal(tell('a result was not accepted'), undefined)
  now += 60_000
  assert.equal(tell('a result was not accepted')?.[0].leftOut, 1_000)
})

test('other faults are a line each', () => {
  const { log, read } = start()
  for (let time = 0; time < 3; time += 1) log.error({ err: new Error('no') }, 'it failed')
  assert.equal(read().length, 3)
})

test('a fault has its stack, and what was expected and passes has none', () => {
  const { log, read } = start()
  const passing = Object.assign(new Problem('storage-unavailable', 'Later.'), { reason: 'the disk is full' })
  for (const err of [
    new Error('no'),
    new Problem('not-found', 'None.'),
    new Problem('overloaded', 'Later.'),
    passing,
  ])
    log.warn({ err }, `it failed: ${err.message}`)
  assert.deepEqual(
    read().map(({ err: { stack, ...err } }) => [stack !== undefined, err.type, err.code, err.reason]),
    [
      [true, 'Error', undefined, undefined],
      [true, 'Problem', 'not-found', undefined],
      [false, 'Problem', 'overloaded', undefined],
      [false, 'Problem', 'storage-unavailable', 'the disk is full'],
    ],
  )
})

test('a log that cannot be written is lost, and the process goes on', {
  skip: !existsSync('/dev/full'),
}, async () => {
  const program = `
    import { createLog } from ${JSON.stringify(new URL('./log.ts', import.meta.url).href)}
    const log = createLog('info')
    for (let line = 0; line < 1000; line += 1) log.info({ line }, 'x'.repeat(10_000))
    process.stderr.write('goes on')`
  const full = openSync('/dev/full', 'w')
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', full, 'pipe'],
  })
  let said = ''
  child.stderr?.on('data', (chunk) => (said += chunk))
  const [code] = await once(child, 'close')
  assert.equal(said, 'goes on')
  assert.equal(code, 0)
})
