import assert from 'node:assert/strict'
import { type ClientRequest, request as httpRequest, type RequestOptions } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { until } from '../../../test/harness/test-until.ts'
import { redirectUri, startGrants, verifier } from './test-grants.ts'

/** The token endpoint behind a real port, where each request has a connection of its own. */
async function startListening(t: TestContext) {
  const started = await startGrants(t)
  await started.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = started.app.server.address() as AddressInfo
  const options: RequestOptions = {
    host: '127.0.0.1',
    port,
    method: 'POST',
    path: '/auth/connect/token',
    agent: false,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  }
  const { clientId, clientSecret } = started.own
  const formOf = (form: Readonly<Record<string, string>>): string =>
    new URLSearchParams({ client_id: clientId, client_secret: clientSecret ?? '', ...form }).toString()

  const send = (form: Readonly<Record<string, string>>) =>
    new Promise<{ readonly status: number; readonly body: Record<string, string> }>((resolve, reject) => {
      httpRequest(options, async (answer) => {
        const chunks: Buffer[] = []
        for await (const chunk of answer) chunks.push(chunk)
        resolve({ status: answer.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) })
      })
        .on('error', reject)
        .end(formOf(form))
    })

  /** Sends a request and hangs up, without waiting for what is answered. */
  const sendAndLeave = (form: Readonly<Record<string, string>>): ClientRequest =>
    httpRequest(options)
      .on('error', () => {})
      .end(formOf(form))

  return { ...started, send, sendAndLeave }
}

const codeForm = (code: string, changes: Readonly<Record<string, string>> = {}) => ({
  grant_type: 'authorization_code',
  code,
  redirect_uri: redirectUri,
  code_verifier: verifier,
  ...changes,
})
const refreshForm = (token: string) => ({ grant_type: 'refresh_token', refresh_token: token })

type Started = Awaited<ReturnType<typeof startListening>>

/** Of twenty at once one has it, and what it has is good; one that comes later ends it. */
async function playRound({ send, letsIn }: Started, form: Readonly<Record<string, string>>): Promise<void> {
  const answers = await Promise.all(Array.from({ length: 20 }, () => send(form)))
  const [won, ...more] = answers.filter(({ status }) => status === 200)
  assert.ok(won, 'nobody has it')
  assert.equal(more.length, 0)
  const others = answers.filter((answer) => answer !== won)
  for (const { status, body } of others) assert.deepEqual([status, body.error], [400, 'invalid_grant'])
  const { access_token: accessToken = '', refresh_token: refreshToken = '' } = won.body
  assert.equal(await letsIn(accessToken), true)
  const refreshed = await send(refreshForm(refreshToken))
  assert.equal(refreshed.status, 200)
  assert.equal((await send(form)).body.error, 'invalid_grant')
  assert.equal(await letsIn(accessToken), false)
  assert.equal(await letsIn(refreshed.body.access_token ?? ''), false)
  assert.equal((await send(refreshForm(refreshed.body.refresh_token ?? ''))).status, 400)
}

test('fifty times: of twenty who bring one code at once one has the tokens, and they stay good (RFC-11)', async (t) => {
  const started = await startListening(t)
  for (let round = 0; round < 50; round += 1) {
    await playRound(started, codeForm(await started.issueCode()))
  }
})

test('fifty times: the same of one refresh token (RFC-44)', async (t) => {
  const started = await startListening(t)
  for (let round = 0; round < 50; round += 1) {
    await playRound(started, refreshForm((await started.signIn()).refreshToken))
  }
})

test('those beside it that lack the verifier or the redirect URI neither have the code nor spoil it', async (t) => {
  const { issueCode, send, letsIn } = await startListening(t)
  const wrong = [{ code_verifier: 'v'.repeat(43) }, { redirect_uri: `${redirectUri}/` }]
  for (let round = 0; round < 10; round += 1) {
    const code = await issueCode()
    const forms = Array.from({ length: 18 }, (_, index) => codeForm(code, wrong[index % 3] ?? {}))
    const answers = await Promise.all(forms.map(send))
    const won = answers.filter(({ status }) => status === 200)
    assert.equal(won.length, 1)
    for (const changes of wrong) assert.equal((await send(codeForm(code, changes))).status, 400)
    assert.equal(await letsIn(won[0]?.body.access_token ?? ''), true)
  }
})

test('tokens that nobody was there any more to be given end with the next use', async (t) => {
  const { issueCode, send, sendAndLeave, app, lines } = await startListening(t)
  const code = await issueCode()
  app.server.once('request', (request) => request.once('end', () => left.destroy()))
  const left = sendAndLeave(codeForm(code))
  const isLogged = (text: string) => lines.some((line) => line.includes(text))
  await until(() => isLogged('a token was issued'))
  assert.equal((await send(codeForm(code))).body.error, 'invalid_grant')
  assert.ok(isLogged('all tokens of its grant were revoked'))
})
