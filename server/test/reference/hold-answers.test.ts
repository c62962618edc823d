import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'

/** Whether a test file is held to fail whose server answers one request with the page of a proxy. */
function isHeld(armedFault: string | null): boolean {
  const script = `
    import { test } from 'node:test'
    import { fastify } from 'fastify'
    import '${import.meta.resolve('./test-hold-answers.ts')}'
    test('asks', async () => {
      const app = fastify()
      app.decorateRequest('armedFault', ${JSON.stringify(armedFault)})
      app.get('/globalpci/v1/sessions', (_request, reply) => reply.code(502).type('text/html').send('<html></html>'))
      await app.inject('/globalpci/v1/sessions')
      await app.close()
    })`
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    ...{ env, cwd: import.meta.dirname, timeout: 30_000, encoding: 'utf8' },
  })
  assert.match(stdout, /^✔ asks /m)
  return /get \/globalpci\/v1\/sessions answered 502: the status is not described/.test(stdout)
}

test('a page of a proxy is an answer that nobody has described, unless the sandbox was told to answer so', () => {
  assert.deepEqual([null, 'slow', '502'].map(isHeld), [true, true, false])
})
