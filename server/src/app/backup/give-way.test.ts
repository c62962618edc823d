import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'

test('a process that gives way does so with each of its threads', () => {
  const script = `
    const { readdirSync } = require('node:fs')
    const { getPriority } = require('node:os')
    import('${new URL('give-way.ts', import.meta.url)}').then(({ giveWay }) => {
      giveWay()
      const threads = process.platform === 'linux' ? readdirSync('/proc/self/task').map(Number) : [process.pid]
      process.stdout.write([...new Set(threads.map((thread) => getPriority(thread)))].join())
    })`
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  assert.equal(execFileSync(process.execPath, ['-e', script], { env, encoding: 'utf8' }), '19')
})
