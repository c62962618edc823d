import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createDatabases } from './harness/test-databases.ts'

/** What a server says from its start until it is ready and has been stopped. */
async function linesOfStart(t: TestContext, environment: Record<string, string>): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-start-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  if (environment.TONEGATE_MODE === 'production') {
    await createDatabases({ ...environment, TONEGATE_DATA: folder })
  }
  const server = spawn(process.execPath, [fileURLToPath(new URL('../src/main.ts', import.meta.url))], {
    env: { ...process.env, PORT: '0', TONEGATE_DATA: folder, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => server.kill('SIGKILL'))
  const ended = once(server, 'exit')
  const lines: string[] = []
  for await (const line of createInterface({ input: server.stdout })) {
    lines.push(line)
    if (line.includes('Tonegate is ready')) server.kill('SIGTERM')
  }
  await ended
  return lines
}

test('a production server says at its start that it takes no card on a call, and the sandbox does not', async (t) => {
  const production = await linesOfStart(t, {
    TONEGATE_MODE: 'production',
    TONEGATE_DOMAIN: 'pay.example.com',
    TONEGATE_PROXY: 'trusted',
    TONEGATE_DRAIN_SECONDS: '0',
    TONEGATE_SEALING_KEY: randomBytes(32).toString('base64'),
  })
  assert.ok(
    production.some((line) =>
      /no phone system is connected: customers can pay only on the payment page of a link/.test(line),
    ),
  )
  const sandbox = await linesOfStart(t, { TONEGATE_REGIONS: 'nam' })
  assert.ok(sandbox.some((line) => line.includes('Tonegate is ready')))
  assert.ok(!sandbox.some((line) => line.includes('no phone system')))
})
