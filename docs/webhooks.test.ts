import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { signWebhook } from '../server/src/base/signing/standard-webhooks.ts'
import { readConfiguration } from '../server/src/payments/configurations/read-configuration.ts'
import { webhookEvents } from '../server/src/payments/configurations/webhook-events.ts'
import { progressMessage } from '../server/src/payments/webhooks/events/event-message.ts'
import { demoAccountName } from '../server/src/sandbox/demo-account.ts'
import { eventually } from '../server/test/harness/test-eventually.ts'
import { freePort } from '../server/test/harness/test-free-port.ts'
import { startTestTonegate } from '../server/test/harness/test-tonegate.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = readFileSync(`${root}docs/webhooks.md`, 'utf8')

/** The code blocks in one language, in their order. */
const blocks = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, code = '']) => code,
  )

/** Runs a TypeScript block where the packages of the workspace are found. */
function folderOf(t: TestContext, file: string, code: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-webhooks-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}')
  writeFileSync(join(folder, file), code)
  return folder
}

test('the page leads from a signing secret to a payment that the receiver of the page has heard of', async (t) => {
  const [addSecret = '', tryIt = '', look = '', again = '', rotate = '', putClientSecret = '', ...others] =
    blocks('sh')
  assert.deepEqual(others, [])
  const { post, token, folder } = await startTestTonegate(t)
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env
  const run = (block: string, more: Readonly<Record<string, string>> = {}, piped = ''): Promise<string> =>
    new Promise((resolve, reject) => {
      const script = block.replaceAll('Harbour Street Books', demoAccountName('nam'))
      const env = { ...inherited, TONEGATE_DATA: folder, TONEGATE_REGIONS: 'nam', ...more }
      const options = { cwd: root, env }
      const child = execFile(
        'bash',
        ['-euo', 'pipefail', '-c', script],
        options,
        (error, output, complaint) => {
          if (error === null) resolve(output)
          else reject(new Error(`${script}\n${output}${complaint}`))
        },
      )
      child.stdin?.end(piped)
    })

  const secret = /^secret +(whsec_\S+)$/m.exec(await run(addSecret))?.[1] ?? assert.fail()
  const port = await freePort()
  const receiver = await startReceiver(t, port, secret)

  const shown = await run(`npm run --silent admin -- configuration show 10 --account "Harbour Street Books"`)
  const { webhook } = JSON.parse(blocks('json')[0] ?? '')
  const configuration = {
    ...JSON.parse(shown),
    webhook: { ...webhook, url: `http://127.0.0.1:${port}/payments/ended`, privateAddresses: 'allowed' },
  }
  await run(
    `npm run --silent admin -- configuration put - --account "Harbour Street Books"`,
    {},
    JSON.stringify(configuration),
  )
  const tried = await run(tryIt.replace('--configuration 0', '--configuration 10'))
  assert.match(tried, /^Delivered to http:\/\/127\.0\.0\.1:\d+ in \d+ ms\.$/m)
  assert.equal((await receiver.heard(1))[0]?.sessionState, 'Cancelled')

  const order = {
    agentId: 'agent1',
    accountConfigurationId: 10,
    skipCallTransfer: true,
    paymentData: { Amount: '1' },
  }
  const { sessionGuid } = (
    await post('/globalpci/v1/session', order, { authorization: `Bearer ${await token()}` })
  ).json
  const [, ended] = await receiver.heard(2)
  assert.equal(ended?.sessionGuid, sessionGuid)
  assert.equal(ended?.paymentResultData.paymentOutcome, 'approved')
  assert.deepEqual(memberTypes(JSON.parse(blocks('json')[1] ?? ''), ended), [])

  const environment = { SESSION: sessionGuid }
  await eventually(async () => (await run(look, environment)).match(/ delivered/g)?.length === 2)
  await run(again, environment)
  assert.deepEqual((await receiver.heard(3))[2], ended)
  assert.match(await run(rotate), /The older secret of orders-webhook was removed\.\n$/)
  await run(putClientSecret, { CLIENT_SECRET: 'the secret of the client' })
})

/** The receiver of the page, as a process of its own, and what it prints. */
async function startReceiver(t: TestContext, port: number, secret: string) {
  const folder = folderOf(t, 'receiver.ts', blocks('ts')[0] ?? '')
  const env = { ...process.env, PORT: String(port), WEBHOOK_SECRET: secret }
  const child = spawn(process.execPath, ['receiver.ts'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => child.kill())
  let printed = ''
  child.stdout.on('data', (chunk) => {
    printed += chunk
  })
  await eventually(async () => {
    const answer = await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body: '{}' }).catch(
      () => undefined,
    )
    return answer?.status === 400
  })
  return {
    heard: (count: number) =>
      eventually(async () => {
        const lines = printed.split('\n').filter(Boolean)
        return lines.length >= count && lines.map((line) => JSON.parse(line))
      }),
  }
}

/** The members of a described object that a real one has not, or has of another type. */
function memberTypes(described: object, real: object, path = ''): readonly string[] {
  return Object.entries(described).flatMap(([name, value]) => {
    const other = (real as Record<string, unknown>)[name]
    // An order's own keys are echoed as they were sent.
    if (name === 'MerchantReferenceCode') return []
    if (typeof value !== typeof other) return [`${path}/${name}`]
    return typeof value === 'object' ? memberTypes(value, other as object, `${path}/${name}`) : []
  })
}

test('the check without a library takes what is genuine, and nothing else', async (t) => {
  const folder = folderOf(t, 'check.ts', blocks('ts')[1] ?? '')
  const { isGenuine } = await import(pathToFileURL(join(folder, 'check.ts')).href)
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  const other = 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
  const body = '{"sessionState":"Finished"}'
  const signed = (sentAt: number) => {
    const headers = signWebhook({ id: 'm1', sentAt, body: Buffer.from(body), secrets: [other, secret] })
    return { ...headers, 'webhook-signature': `v2,AAAA ${headers['webhook-signature']}` }
  }
  const now = Date.now()
  assert.equal(isGenuine(secret, signed(now), body), true)
  assert.equal(isGenuine(secret, signed(now), body.replace('Finished', 'Error')), false)
  assert.equal(isGenuine(secret, { ...signed(now), 'webhook-id': 'm2' }, body), false)
  assert.equal(isGenuine(secret, signed(now - 301_000), body), false)
  assert.equal(isGenuine('whsec_BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB', signed(now), body), false)
  assert.equal(isGenuine(secret, {}, body), false)
})

test('the configurations of the page are valid', () => {
  const rest = {
    ...{ id: 0, name: 'Telephone', resultTemplate: 'cybersource', defaultCurrency: 'USD' },
    flow: { gateway: 'sandbox', merchantName: 'Harbour', frameAncestors: ['https://desktop.example.com'] },
  }
  const [plain = '', , withEvents = '', , withOAuth = ''] = blocks('json')
  for (const block of [plain, withEvents, withOAuth]) {
    const read = readConfiguration({ ...rest, ...JSON.parse(block) }, new Set())
    assert.ok('configuration' in read, JSON.stringify(read))
  }
})

test('the page names every event, and shows one as it is sent', () => {
  const rows = [...page.matchAll(/^\| (`(?:session|payment)\..*?) \| /gm)].map(([, names = '']) => names)
  const named = rows.flatMap((names) => [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name))
  assert.deepEqual(named.sort(), [...webhookEvents].sort())
  const example = JSON.parse(blocks('json')[3] ?? '')
  const { sequence, sessionGuid, progress, field } = example.data
  const { body } = progressMessage(sessionGuid, {
    sequence,
    at: Date.parse(example.timestamp),
    progress,
    field,
  })
  const { data, ...rest } = JSON.parse(body)
  assert.deepEqual({ ...rest, data: { ...data, id: example.data.id } }, example)
})
