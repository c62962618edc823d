import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { runInNewContext } from 'node:vm'
import { eventually } from '../harness/test-eventually.ts'
import { startTestTonegate } from '../harness/test-tonegate.ts'
import { exampleRequests } from './example-requests.ts'

const read = (name: string): string => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8')

/** What is not answered with 2xx: no user has signed in, the captured payment can neither be captured nor voided, no session listens to the call. */
const otherStatuses: Readonly<Record<string, number>> = {
  getUserInfo: 401,
  capturePayment: 409,
  voidPayment: 409,
  sendKeys: 409,
  sendInfoDigits: 404,
  confirmCommand: 404,
}

const expected = exampleRequests.map(({ operation: { operationId } }) => [
  operationId,
  otherStatuses[operationId] ?? 'done',
])

/** A sandbox; what its file says fills in the variables. */
async function startSandbox(t: TestContext) {
  const { origin, post, send, tonegate } = await startTestTonegate(t)
  const region = tonegate.sandbox?.regions.nam
  const [client] = region?.clients ?? []
  const [platform] = region?.platforms ?? []
  const { provider } = region ?? {}
  const filledIn = {
    baseUrl: origin,
    clientId: client?.clientId,
    clientSecret: client?.clientSecret,
    platformKey: platform?.key,
    providerTenantName: provider?.tenantname,
    providerUsername: provider?.username,
    providerClientId: provider?.clientId,
    providerClientSecret: provider?.clientSecret,
    tenantId: String(provider?.tenant),
  }
  /** The caller enters a card, so that there is a payment. */
  async function pay(sessionGuid: string, accessToken: string): Promise<void> {
    await post(`/sandbox/sessions/${sessionGuid}/keys`, { keys: '4111111111111111#1230#123#1' })
    const headers = { authorization: `Bearer ${accessToken}` }
    const session = () => send(`/globalpci/v1/session/${sessionGuid}`, { headers })
    await eventually(async () => (await session()).json.sessionState === 'Finished')
  }
  return { filledIn, pay }
}

interface Sent {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

async function answerTo({ method, url, headers, body }: Sent) {
  const response = await fetch(url, { method, headers, redirect: 'manual', ...(body && { body }) })
  return { code: response.status, text: await response.text() }
}

const statusOf = (code: number): number | 'done' => (code < 300 ? 'done' : code)

test('each request of docs/tonegate.http is answered by a sandbox', async (t) => {
  const { filledIn, pay } = await startSandbox(t)
  const [head = '', ...texts] = read('tonegate.http').split(/^### .*$/m)
  const variables: Record<string, string> = {}
  for (const [, name = '', value = ''] of head.matchAll(/^@(\w+) = (.*)$/gm)) variables[name] = value
  Object.assign(variables, filledIn)
  const answers = new Map<string, string>()
  const filled = (text: string): string =>
    text.replace(/\{\{(\w+)(?:\.response\.body\.\$\.(\w+))?\}\}/g, (_, name: string, member?: string) => {
      if (member) return JSON.parse(answers.get(name) ?? '')[member]
      return filled(variables[name] ?? assert.fail(`${name} has no value`))
    })
  const told: [string, number | string][] = []
  for (const text of texts) {
    const [lines = '', ...body] = text.trim().split('\n\n')
    const [name = '', request = '', ...headers] = lines.split('\n')
    const [method = '', url = ''] = filled(request).split(' ')
    const id = name.replace('# @name ', '')
    const { code, text: answer } = await answerTo({
      method,
      url,
      headers: Object.fromEntries(headers.map((each) => filled(each).split(': ') as [string, string])),
      body: filled(body.join('\n\n')),
    })
    answers.set(id, answer)
    told.push([id, statusOf(code)])
    if (id === 'createSession')
      await pay(JSON.parse(answer).sessionGuid, JSON.parse(answers.get('requestToken') ?? '').access_token)
  }
  assert.deepEqual(told, expected)
})

interface Pair {
  readonly key: string
  readonly value: string
  readonly disabled?: true
}

interface PostmanItem {
  readonly name: string
  readonly request: {
    readonly method: string
    readonly header: readonly Pair[]
    readonly url: { readonly raw: string; readonly host: readonly string[]; readonly path: readonly string[] }
    readonly auth?: { readonly bearer: readonly Pair[] }
    readonly body?: { readonly raw?: string; readonly urlencoded?: readonly Pair[] }
  }
  readonly event: readonly { readonly script: { readonly exec: readonly string[] } }[]
}

test('each request of the Postman collection is answered by a sandbox, and its scripts run', async (t) => {
  const { filledIn, pay } = await startSandbox(t)
  const { variable, item } = JSON.parse(read('tonegate.postman_collection.json'))
  const variables: Record<string, string> = {}
  for (const { key, value } of variable as readonly Pair[]) variables[key] = value
  Object.assign(variables, filledIn)
  const filled = (text: string): string =>
    text.replace(/\{\{(\w+)\}\}/g, (_, name: string) =>
      filled(variables[name] ?? assert.fail(`${name} has no value`)),
    )
  const items = (item as readonly { readonly item: readonly PostmanItem[] }[]).flatMap((each) => each.item)
  const told: [string, number | string][] = []
  for (const [index, { request, event }] of items.entries()) {
    const { code, text } = await answerTo(sentBy(request, filled))
    for (const { script } of event)
      runInNewContext(script.exec.join('\n'), { pm: pmOf(code, text, variables) })
    const id = exampleRequests[index]?.operation.operationId ?? ''
    told.push([id, statusOf(code)])
    if (id === 'createSession') await pay(variables.sessionGuid ?? '', variables.accessToken ?? '')
  }
  assert.deepEqual(told, expected)
})

function sentBy(
  { method, header, url, auth, body }: PostmanItem['request'],
  filled: (text: string) => string,
): Sent {
  const address = [...url.host, ...url.path].join('/')
  assert.equal(address, url.raw)
  const pairs = header.filter(({ disabled }) => !disabled).map(({ key, value }) => [key, filled(value)])
  const form = body?.urlencoded?.map(({ key, value }): [string, string] => [key, filled(value)])
  const text = form ? new URLSearchParams(form).toString() : body?.raw && filled(body.raw)
  return {
    method,
    url: filled(address),
    headers: {
      ...Object.fromEntries(pairs),
      ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...(auth && { authorization: `Bearer ${filled(auth.bearer[0]?.value ?? '')}` }),
    },
    ...(text && { body: text }),
  }
}

/** As much of Postman’s `pm` as the scripts use. */
const pmOf = (code: number, text: string, variables: Record<string, string>) => ({
  response: { code, json: () => JSON.parse(text) },
  collectionVariables: {
    set(name: string, value: string) {
      variables[name] = value
    },
  },
  test: (_name: string, check: () => void) => check(),
  expect: (value: unknown) => ({
    to: { be: { oneOf: (values: readonly unknown[]) => assert.ok(values.includes(value), `${value}`) } },
  }),
})
