import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readFlow } from '../server/src/cli/input/read-flow.ts'
import { callbackShape } from '../server/src/vault/provider-api/callbacks/callback-values.ts'
import { defaultTemplate } from '../server/src/vault/provider-api/flows/provider-flow.ts'
import { startTestTonegate } from '../server/test/harness/test-tonegate.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = readFileSync(`${root}docs/provider-contract.md`, 'utf8')

/** The code blocks in one language. */
const blocks = (language: string) =>
  [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, each]) => each === language)
    .map(([, , code = '']) => code)

/** The keys of an object, at every depth. */
const shapeOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shapeOf(each)]))
    : typeof value

async function startReceiver(t: TestContext) {
  const bodies: string[] = []
  const body = async () => {
    if (bodies.length === 0) await once(server, 'told')
    return bodies[0] ?? ''
  }
  /** A GET is answered once something was told. */
  const server = createServer(async (request, response) => {
    if (request.method === 'GET') return void response.end(await body())
    let told = ''
    for await (const part of request) told += part
    bodies.push(told)
    response.end()
    server.emit('told')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    body,
  }
}

test('the commands of docs/provider-contract.md lead from a token to a callback, and set up a client', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-provider-'))
  const data = join(folder, 'data')
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const receiver = await startReceiver(t)
  const { tonegate, send } = await startTestTonegate(t, { environment: { TONEGATE_DATA: data } })
  const [tokenShown, launchShown, callbackShown, , flow = '', ...more] = blocks('json')
  assert.deepEqual(more, [])
  writeFileSync(join(folder, 'flow.json'), flow)

  const shell = blocks('sh').map((block) =>
    block
      .replaceAll('./data/', `${data}/`)
      .replaceAll('http://127.0.0.1:4000', receiver.address)
      .replaceAll('launched.json', join(folder, 'launched.json'))
      .replaceAll('flow.json', join(folder, 'flow.json'))
      .replaceAll('1230#', `12${String(new Date().getFullYear() + 3).slice(-2)}#`)
      .replace(/"keys": .*$/s, `$&\ncurl -s ${receiver.address} > /dev/null\n`),
  )
  const mark = '-- the next block --'
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env
  const output = await new Promise<string>((resolve, reject) => {
    const script = shell.join(`\necho; echo '${mark}'\n`)
    const env = { ...inherited, TONEGATE_DATA: data, TONEGATE_REGIONS: 'nam' }
    execFile('bash', ['-euo', 'pipefail', '-c', script], { cwd: root, env }, (error, printed, complaint) => {
      if (error === null) resolve(printed)
      else reject(new Error(`${printed}${complaint}`))
    })
  })
  const printed = output.split(mark).map((text) => text.trim())
  const [, token = '', launched = '', calledOff, pressed = '', read = '', linked = '', made = ''] = printed

  assert.deepEqual(shapeOf(JSON.parse(token)), shapeOf(JSON.parse(tokenShown ?? '')))
  assert.deepEqual(shapeOf(JSON.parse(launched)), shapeOf(JSON.parse(launchShown ?? '')))
  assert.equal(calledOff, '{}')
  assert.match(pressed, /"pressed":/)
  const told = Object.fromEntries(new URLSearchParams(await receiver.body()))
  assert.deepEqual(Object.keys(told), Object.keys(JSON.parse(callbackShown ?? '')))
  assert.deepEqual([told.transactionResult, told.orderReference], ['SUCCESS', 'order-1001'])
  assert.match(read, /"State":"Ended"/)
  assert.match(linked, /"Channel":"email".*\{.*"State":"Ended"/)
  assert.match(made, /client_id +quay-desk\nclient_secret +\w{40}/)
  assert.match(made, /signingSecret +whsec_/)
  assert.match(made, /^701 +Telephone orders/m)

  const provider = tonegate.sandbox?.regions.nam?.provider
  assert.ok(provider)
  await t.test('the form of the page opens the agent’s page', async () => {
    const again = JSON.parse(token)
    const answer = await fetch(`${provider.sessionUrl}/launch`, {
      method: 'POST',
      headers: { authorization: `Bearer ${again.access_token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ FlowId: 695, InitialValues: { amount: '1', currencyCode: 'GBP' } }),
    })
    const values: Readonly<Record<string, string>> = {
      ...{ VIEW_URL: provider.viewUrl, Id: ((await answer.json()) as { Id: string }).Id, ...again },
      HOST_ORIGIN: 'https://till.example.com',
    }
    const [form = ''] = blocks('html').map((html) =>
      html.replace(/\{\{(\w+)\}\}/g, (place, name: string) => values[name] ?? place),
    )
    const action = new URL(/action="([^"]+)"/.exec(form)?.[1] ?? '')
    const fields = [...form.matchAll(/name="(X-[^"]+)" value="([^"]+)"/g)].map(
      ([, name = '', value = '']) => [name, value] as [string, string],
    )
    assert.equal(fields.length, 3)
    const opened = await send(action.pathname, { method: 'POST', body: new URLSearchParams(fields) })
    assert.equal(opened.status, 200)
  })
})

test('the table of docs/provider-contract.md has every value of a template, and no other', () => {
  const [, table = ''] = page.split('Templates may use these values.')
  const rows = table.split('\n').filter((line) => line.startsWith('| `'))
  const end = rows.findIndex((line) => line.includes('`initialValues.…`'))
  const named = rows
    .slice(0, end + 1)
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([\w]+)(?:\.…)?`/g)].map(([, name]) => name))
  assert.deepEqual(named.sort(), Object.keys(callbackShape.session).sort())
  for (const name of Object.keys(defaultTemplate)) assert.ok(named.includes(name), name)
})

test('the items of docs/provider-contract.md are those of a flow, and their values those that it names', () => {
  const [, , , items = '', flow = ''] = blocks('json')
  const read = readFlow(JSON.stringify({ ...JSON.parse(flow), ...JSON.parse(items) }))
  assert.equal(read.callback?.each, 'item')
  const [row = ''] = page.split('\n').filter((line) => line.startsWith('| `item…`'))
  const named = [...row.matchAll(/`(item\w+|item)(?:\.…)?`/g)].map(([, name]) => name)
  const own = Object.keys(callbackShape.item).filter((name) => !(name in callbackShape.session))
  assert.deepEqual(named.sort(), own.sort())
})
