import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'

const file = new URL('kept-connection.ts', import.meta.url)

test('a process that has nothing else to do waits for the connection whose first try failed', async () => {
  const program = `
    import { keepConnection } from ${JSON.stringify(file.href)}
    import { EventEmitter } from 'node:events'
    let tries = 0
    const kept = keepConnection(async () => {
      tries += 1
      if (tries === 1) throw new Error('refused')
      return new EventEmitter()
    }, 600_000)
    await kept.client()
    console.log(tries)
  `
  const run = promisify(execFile)
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program])
  assert.equal(stdout, '2\n')
})
