import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { eventually } from '../harness/test-eventually.ts'
import { searchMemory } from '../harness/test-memory.ts'
import { agentId, pan, typed } from './test-lab.ts'
import { startProduction } from './test-production.ts'

const program = fileURLToPath(new URL('../../../deploy/telephony/mini-platform.mjs', import.meta.url))

for (const processes of ['one', 'two'] as const) {
  test(`the platform in one file takes a card in production, behind TLS; processes: ${processes}`, {
    timeout: 120_000,
  }, async (t) => {
    const { api, vault, gateway, createPlatform, openClient, tls } = await startProduction(t, { processes })
    const key = await createPlatform('mini')
    const ca = join(vault.folder, 'ca.pem')
    writeFileSync(ca, tls.cert)
    const { NODE_TEST_CONTEXT: _, ...inherited } = process.env
    const platform = spawn(process.execPath, [program], {
      env: {
        ...inherited,
        NODE_EXTRA_CA_CERTS: ca,
        TONEGATE_CALLS_URL: `${vault.origin}/calls/v1`,
        TONEGATE_PLATFORM_KEY: key,
      },
    })
    t.after(() => platform.kill('SIGKILL'))
    let screen = ''
    for (const output of [platform.stdout, platform.stderr]) output.on('data', (chunk) => (screen += chunk))
    const type = (line: string) => platform.stdin.write(`${line}\n`)
    const shows = (text: string | RegExp) => eventually(() => screen.search(text) >= 0)

    await shows('connected')
    type(`call ${agentId}`)
    await shows(/call [0-9a-f]{8}-/)
    const { openSession, session } = await openClient()
    const opened = await openSession(agentId)
    assert.equal(opened.status, 200, opened.text)
    await shows('call.secure')
    const confirmed = typed.lastIndexOf('1')
    type(`keys ${typed.slice(0, confirmed)}`)
    await shows('the agent hears nothing')
    const atApi = searchMemory(api.pid(), { texts: [pan, agentId] })
    type(`keys ${typed.slice(confirmed)}`)
    const ended = await eventually(async () => {
      const { sessionState, paymentResultData } = await session(opened.json.sessionGuid)
      return sessionState === 'Finished' && paymentResultData
    })
    assert.equal(ended.paymentOutcome, 'approved')
    assert.deepEqual(Object.values(gateway.ledger.moved()), [{ currency: 'USD', held: 0, taken: 1240 }])
    assert.ok(!screen.includes(pan), 'the agent’s side does not show it')
    await shows('call.release')
    type('keys 22')
    await shows('the agent hears: 22')

    if (processes === 'two') {
      assert.deepEqual([...atApi], [agentId], 'the API’s memory holds the session, and nothing of the card')
      assert.deepEqual([...searchMemory(api.pid(), { texts: [pan, pan.slice(0, 12)] })], [])
    }
    assert.ok(!`${api.said()}${vault.said()}`.includes(pan.slice(0, 12)))
    type('hangup')
    await shows('the call has ended')
    platform.stdin.end()
    await once(platform, 'exit')
    const besides = processes === 'two' ? '; in the API’s memory: nothing of the card' : ''
    t.diagnostic(`processes: ${processes}; ${typed.length} keys; one charge of 1240${besides}`)
  })
}
