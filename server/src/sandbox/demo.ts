import '../../needs.cjs'
import assert from 'node:assert/strict'
import type { SandboxRegion } from './sandbox-file.ts'
import { useSandbox } from './use-sandbox.ts'

/**
 * `npm run demo`: a payment from the token to the result, each step with the request that makes it. Uses the
 * server that runs on this machine's data folder, or starts one for the while. Exit code 0 only when the
 * result is the expected one.
 */
let steps = 0
const { sandbox, stop } = await useSandbox(process.env.TONEGATE_DATA ?? './data').catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exit(1)
})
try {
  await playPayment()
} catch (error) {
  say(`\nThe demo failed: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
} finally {
  await stop()
}

async function playPayment(): Promise<void> {
  const { region, client, agentId } = demoParties()
  const calls = new URL('/sandbox/calls', region.tokenUrl).href
  say(`\nA card payment on a live call, in region ${sandbox.default}.\n`)
  const authorization = await requestToken(region, client)

  step(`A customer calls. Agent ${agentId} answers. (The sandbox has a simulated phone.)`)
  const call = await sendJson(calls, { agentId })
  const callUrl = `${calls}/${call.callGuid}`

  const readState = await openSession(region, agentId, authorization)
  await enterCard(callUrl, readState)
  await readResult(readState)
  await fetch(callUrl, { method: 'DELETE' })
  say(
    '\nApproved. The result will be deleted in 15 minutes; the session’s ids and state are kept for 90 days.',
  )
}

function demoParties() {
  const region = sandbox.regions[sandbox.default]
  const client = region?.clients.find(({ name }) => name === 'backend')
  const agent = region?.users.find(({ licence }) => licence === 'agent')
  assert.ok(
    region && client?.clientSecret && agent?.agentId,
    'sandbox.json lacks the backend client or the agent.',
  )
  const { clientId, clientSecret } = client
  return { region, client: { clientId, clientSecret }, agentId: agent.agentId }
}

async function requestToken(
  { tokenUrl }: SandboxRegion,
  { clientId, clientSecret }: { readonly clientId: string; readonly clientSecret: string },
): Promise<string> {
  step('Your program requests a bearer token with its client id and secret. It is valid for one hour.')
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    scope: 'globalpci',
    client_id: clientId,
    client_secret: clientSecret,
  })
  say(`   curl -d '${form}' \\\n     ${tokenUrl}`)
  const token = await send(tokenUrl, { method: 'POST', body: form })
  return `Bearer ${token.access_token}`
}

interface SessionState {
  readonly sessionState: string
  readonly paymentResultData?: Readonly<Record<string, string>>
}

type ReadState = () => Promise<SessionState>

async function openSession(
  { apiUrl }: SandboxRegion,
  agentId: string,
  authorization: string,
): Promise<ReadState> {
  step('Your program opens a payment session. It belongs to the agent’s call.')
  const session = await sendJson(
    `${apiUrl}/v1/session`,
    {
      agentId,
      paymentData: {
        FirstName: 'John',
        Surname: 'Smith',
        Amount: '12.40',
        Currency: 'GBP',
        MerchantReferenceCode: 'order-1001',
      },
    },
    authorization,
  )
  say('   The agent’s desktop shows iframeUrl in a frame. The agent sees dots, never a digit.')
  const sessionUrl = `${apiUrl}/v1/session/${session.sessionGuid}`
  const readState = async () => {
    const { sessionState, paymentResultData } = await send(sessionUrl, { headers: { authorization } })
    return { sessionState, paymentResultData } as SessionState
  }
  await expectState(readState, 'Created')
  return readState
}

async function enterCard(callUrl: string, readState: ReadState): Promise<void> {
  const expiry = `12${String(new Date().getFullYear() + 3).slice(-2)}`
  for (const [what, keys] of [
    ['the card number on the keypad, then #', '4111111111111111#'],
    ['the expiry date as MMYY, then #', `${expiry}#`],
    ['the security code, then #', '123#'],
    ['1, to confirm the amount', '1'],
  ] as const) {
    step(`The caller enters ${what}.`)
    await sendJson(`${callUrl}/keys`, { keys })
    if (keys !== '1') await expectState(readState, 'InProgress')
  }
}

async function readResult(readState: ReadState): Promise<void> {
  step('The gateway answers, and your program reads the result.')
  const result = await readUntil(readState, ({ sessionState }) => sessionState !== 'InProgress')
  say(indent(JSON.stringify(result, null, 2)))
  assert.equal(result.sessionState, 'Finished')
  assert.equal(result.paymentResultData?.paymentOutcome, 'approved')
  assert.equal(result.paymentResultData?.Amount, '1240')
  assert.equal(result.paymentResultData?.cardLast4, '1111')
}

/** What happened on the phone is told to the API a moment later. */
async function readUntil(
  readState: ReadState,
  isReached: (state: SessionState) => boolean,
): Promise<SessionState> {
  let state = await readState()
  for (let tries = 0; !isReached(state) && tries < 100; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    state = await readState()
  }
  return state
}

async function expectState(readState: ReadState, expected: string): Promise<void> {
  const { sessionState } = await readUntil(readState, (state) => state.sessionState === expected)
  say(`   GET /v1/session/{sessionGuid} → sessionState ${sessionState}`)
  assert.equal(sessionState, expected)
}

/** Sends JSON, showing the request and the answer. */
async function sendJson(url: string, body: object, authorization?: string): Promise<Record<string, unknown>> {
  say(`   POST ${url}\n${indent(JSON.stringify(body))}`)
  const headers = { 'content-type': 'application/json', ...(authorization && { authorization }) }
  return send(url, { method: 'POST', headers, body: JSON.stringify(body) }, 'shown')
}

async function send(
  url: string,
  init: RequestInit,
  answer: 'shown' | 'hidden' = init.body ? 'shown' : 'hidden',
) {
  const response = await fetch(url, init)
  const body = (await response.json()) as Record<string, unknown>
  if (answer === 'shown') say(indent(`${response.status} ${JSON.stringify(body, shorten)}`))
  assert.equal(response.status, 200, `${url} answered ${response.status}: ${JSON.stringify(body)}`)
  return body
}

/** Tokens are long. */
function shorten(_name: string, value: unknown): unknown {
  return typeof value === 'string' && value.length > 90 ? `${value.slice(0, 24)}…` : value
}

function indent(text: string): string {
  return text.replace(/^/gm, '   ')
}

function step(text: string): void {
  steps += 1
  say(`\n${steps}. ${text}\n`)
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
