import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { adminOf } from './harness/test-admin.ts'
import { eventually } from './harness/test-eventually.ts'
import { channelPorts, startHalf } from './harness/test-processes.ts'
import { startTestTonegate } from './harness/test-tonegate.ts'

type Started = Awaited<ReturnType<typeof startTestTonegate>>

/** An administrator's command, beside the running server. */
const run = (started: Started, ...typed: readonly string[]): Promise<string> => adminOf(started)(typed)

/** A token of the sandbox's agent, by the client that asks for passwords. */
async function agentToken({ tonegate, send }: Started) {
  const region = tonegate.sandbox?.regions.nam
  const client = region?.clients.find(({ name }) => name === 'legacy')
  const agent = region?.users.find(({ username }) => username === 'agent')
  const answer = await send('/auth/connect/token', {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'password',
      scope: 'globalpci offline_access',
      client_id: client?.clientId ?? '',
      client_secret: client?.clientSecret ?? '',
      username: agent?.username ?? '',
      password: agent?.password ?? '',
    }),
  })
  assert.equal(answer.status, 200, answer.text)
  return answer.json.access_token as string
}

/** A session that is open in somebody's agent view. */
async function openView(api: Started, token: string, agentId?: string) {
  const paymentData = { Amount: '12.40', Currency: 'GBP' }
  const request = { paymentData, skipCallTransfer: true, ...(agentId !== undefined && { agentId }) }
  const { status, json } = await api.post('/globalpci/v1/session', request, {
    authorization: `Bearer ${token}`,
  })
  assert.equal(status, 200)
  const path = json.iframeUrl.replace(/\/framed$/, '')
  const headers = { authorization: `Bearer ${json.agentAccessToken}`, 'content-type': 'application/json' }
  const stream = await fetch(`${path}/events`, { headers })
  assert.equal(stream.status, 200)
  return {
    sessionGuid: json.sessionGuid as string,
    streamed: stream.text(),
    command: (command: object) =>
      fetch(`${path}/commands`, { method: 'POST', headers, body: JSON.stringify(command) }),
    /** @param origin where the vault is. */
    renewal: (origin = new URL(path).origin) =>
      fetch(`${origin}${new URL(path).pathname}/token`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ refreshToken: json.agentRefreshToken }),
      }),
  }
}

async function assertClosed(view: Awaited<ReturnType<typeof openView>>): Promise<void> {
  assert.match(await view.streamed, /event: closed/)
  assert.equal((await view.command({ command: 'cancel' })).status, 403)
  assert.equal((await view.renewal()).status, 403)
}

async function stateOf(api: Started, { sessionGuid }: { readonly sessionGuid: string }): Promise<string> {
  const authorization = `Bearer ${await api.token()}`
  return (await api.send(`/globalpci/v1/session/${sessionGuid}`, { headers: { authorization } })).json
    .sessionState
}

test('an agent’s view ends when the agent is disabled; the back end’s goes on, and the payment too', async (t) => {
  const started = await startTestTonegate(t)
  const agents = await openView(started, await agentToken(started))
  const backEnds = await openView(started, await started.token(), 'agent12345')
  await run(started, 'user', 'disable', 'agent')
  await assertClosed(agents)
  assert.match(await stateOf(started, agents), /^(Created|InProgress)$/)
  assert.equal((await backEnds.command({ command: 'cancel' })).status, 200)
  await backEnds.streamed
  await run(started, 'user', 'enable', 'agent')
  const token = await agentToken(started)
  const headers = { authorization: `Bearer ${token}` }
  await eventually(async () => (await started.send('/globalpci/v1/sessions', { headers })).status === 200)
  assert.equal((await agents.renewal()).status, 403, 'another session is needed')
  const again = await openView(started, token)
  assert.equal((await again.renewal()).status, 200)
  await again.command({ command: 'cancel' })
  await again.streamed
})

test('a back end’s view ends with its API credentials', async (t) => {
  const started = await startTestTonegate(t)
  const view = await openView(started, await started.token(), 'agent12345')
  await run(started, 'client', 'disable', started.tonegate.sandbox?.regions.nam?.clients[0]?.clientId ?? '')
  await assertClosed(view)
})

async function startHalves(t: TestContext) {
  const ports = await channelPorts()
  const vault = await startHalf(t, 'vault', ports)
  const api = await startHalf(t, 'api', ports)
  return { ports, vault, api }
}

test('so it is where the vault is a process of its own', async (t) => {
  const { api } = await startHalves(t)
  const view = await openView(api, await agentToken(api))
  await run(api, 'user', 'disable', 'agent')
  await assertClosed(view)
  assert.match(await stateOf(api, view), /^(Created|InProgress)$/)
})

test('an agent who is disabled while neither process runs finds the view closed', async (t) => {
  const { api, vault, ports } = await startHalves(t)
  const view = await openView(api, await agentToken(api))
  await api.close()
  await run(api, 'user', 'disable', 'agent')
  const again = await startHalf(t, 'api', ports, { folder: api.folder })
  await assertClosed(view)
  await vault.close()
  const next = await startHalf(t, 'vault', ports, { folder: vault.folder })
  assert.equal((await view.renewal(next.origin)).status, 403)
  await again.close()
})

test('while the vault cannot be reached it is asked until it has closed the view', async (t) => {
  const { api, vault, ports } = await startHalves(t)
  const view = await openView(api, await agentToken(api))
  await vault.close()
  await view.streamed
  await run(api, 'user', 'disable', 'agent')
  await eventually(async () => api.lines.some((line) => line.includes('could not be closed')))
  const next = await startHalf(t, 'vault', ports, { folder: vault.folder })
  await eventually(async () => (await view.renewal(next.origin)).status === 403)
})
