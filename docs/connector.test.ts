import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../server/src/base/clock.ts'
import { gatewaySettingsFaults } from '../server/src/vault/gateways/accounts/read-gateway-settings.ts'
import { connector } from '../server/src/vault/gateways/connector/connector.ts'
import { answerSchemas } from '../server/src/vault/gateways/connector/connector-answer.ts'
import { notificationSchema } from '../server/src/vault/gateways/connector/connector-notifications.ts'
import { requestSchemas } from '../server/src/vault/gateways/connector/connector-request.ts'
import { gatewayKinds } from '../server/src/vault/gateways/kinds.ts'
import {
  askedBefore,
  outgoingFor,
  testFollowUp,
  testRequest,
} from '../server/src/vault/gateways/test-request.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = readFileSync(`${root}docs/gateways.md`, 'utf8')

/** A code block of the page by what stands behind its fence: `json connector`. */
function block(fence: string): string {
  const [, code] = new RegExp(`^\`\`\`${fence}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(page) ?? []
  assert.ok(code, fence)
  return code
}

// With TONEGATE_WRITE_SCHEMAS=1 the file is written instead of compared.
test('docs/connector.schema.json is what the connector asks and takes', () => {
  const file = `${root}docs/connector.schema.json`
  const named = (schemas: object, what: string) =>
    Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [`${name}-${what}`, schema]))
  const document = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'What a Tonegate connector asks, and what its endpoint answers',
    $defs: {
      ...named(requestSchemas, 'request'),
      ...named(answerSchemas, 'answer'),
      notification: notificationSchema,
    },
  }
  const text = `${JSON.stringify(document, null, 2)}\n`
  if (process.env.TONEGATE_WRITE_SCHEMAS === '1') writeFileSync(file, text)
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), JSON.parse(text))
})

test('the settings of the page are taken, once their secrets are in them', () => {
  for (const [name, secrets] of [
    ['cybersource', { sharedSecret: Buffer.alloc(32, 5).toString('base64') }],
    ['connector', { secrets: [`whsec_${Buffer.alloc(32, 5).toString('base64')}`] }],
  ] as const) {
    const kind = gatewayKinds[name]
    assert.ok(kind)
    const settings = JSON.parse(block(`json ${name}`))
    assert.notDeepEqual(gatewaySettingsFaults(kind, settings, 'refused'), [], 'a placeholder is no secret')
    assert.deepEqual(gatewaySettingsFaults(kind, { ...settings, ...secrets }, 'refused'), [])
  }
})

test('the commands of the page put a gateway, show it without its credentials, and delete it', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-gateways-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const settings = join(folder, 'settings.json')
  const sharedSecret = Buffer.alloc(32, 5).toString('base64')
  writeFileSync(settings, JSON.stringify({ ...JSON.parse(block('json cybersource')), sharedSecret }))
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env
  const env = { ...inherited, TONEGATE_DATA: join(folder, 'data') }
  const run = (script: string) =>
    execFileSync('bash', ['-euo', 'pipefail', '-c', script], { cwd: root, env, encoding: 'utf8' })
  run('npm run --silent admin -- database create --region nam')
  run('npm run --silent admin -- account create "Harbour Street Books"')
  const said = run(block('sh').replace('settings.json', settings))
  assert.match(said, /^The gateway 'bank' of 'Harbour Street Books' was created\.$/m)
  assert.match(said, /^bank +cybersource /m)
  assert.match(said, /^merchantId +harbour_books$/m)
  assert.match(said, /^sharedSecret +•+$/m)
  assert.match(said, /^The gateway 'bank' was deleted\.$/m)
  assert.ok(!said.includes(sharedSecret))
})

test('the endpoint of the page takes payments, once each, and refuses what is not signed', async (t) => {
  const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`
  const url = `http://127.0.0.1:${await startEndpoint(t, secret)}/tonegate`
  const { send } = outgoingFor(t)
  const gatewayWith = (secrets: readonly string[]) =>
    connector.create({ settings: { url, secrets } as never, send, sendInside: send, clock: systemClock })
  const gateway = gatewayWith([secret])

  const request = testRequest({ purpose: 'authorise' })
  const answer = await gateway.authorise(request)
  assert.deepEqual(answer, {
    ...{ status: 'approved', gatewayReference: 'payment-1', authorisationCode: 'A1B2C3', captured: false },
    amount: { amountMinor: 1240, currency: 'GBP' },
  })
  assert.deepEqual(await gateway.authorise(testRequest({ purpose: 'authorise' })), answer)
  assert.deepEqual(await gateway.reconcile(askedBefore(request, Date.now())), answer)
  const unknown = testRequest({ idempotencyKey: 'unknown' })
  assert.deepEqual(await gateway.reconcile(askedBefore(unknown, Date.now())), { status: 'not-found' })
  const declined = await gateway.authorise(testRequest({ pan: '4000000000000002', idempotencyKey: 'other' }))
  assert.equal(declined.status, 'declined')
  const held = testFollowUp('payment-1', { kind: 'void' })
  assert.deepEqual(await gateway.void(held), { status: 'done' })
  assert.deepEqual(await gateway.void(held), { status: 'done' })
  const refund = testFollowUp('payment-1', { kind: 'refund' })
  assert.deepEqual(await gateway.refund(refund), { status: 'refused', gatewayCode: 'not-possible' })

  const stranger = gatewayWith([`whsec_${Buffer.alloc(32, 6).toString('base64')}`])
  assert.deepEqual(await stranger.authorise(testRequest({ idempotencyKey: 'stranger' })), {
    status: 'error',
    gatewayCode: 'signature',
  })
})

/** Runs the page's endpoint as a program of its own; it ends with the test. */
function startEndpoint(t: TestContext, secret: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-endpoint-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'endpoint.mjs')
  writeFileSync(file, block('js connector'))
  const env = { CONNECTOR_SECRET: secret, PORT: '0' }
  const endpoint: ChildProcess = spawn(process.execPath, [file], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => endpoint.kill())
  return new Promise((resolve, reject) => {
    endpoint.once('exit', () => reject(new Error('The endpoint did not start.')))
    endpoint.stdout?.once('data', (chunk) => resolve(Number(String(chunk))))
  })
}
