import assert from 'node:assert/strict'
import { eventually } from './test-eventually.ts'
import type { startTestTonegate } from './test-tonegate.ts'

type Tonegate = Pick<Awaited<ReturnType<typeof startTestTonegate>>, 'origin' | 'post' | 'send' | 'token'>

const expiry = `12${String(new Date().getFullYear() + 3).slice(-2)}`

/** A payment in a sandbox: a session of an agent’s call, whose caller keys in a card that is approved. */
export async function payByKeypad({ post, send }: Tonegate, token: string, agentId: string): Promise<void> {
  const authorization = `Bearer ${token}`
  const { callGuid } = (await post('/sandbox/calls', { agentId })).json
  const created = await post(
    '/globalpci/v1/session',
    { agentId, paymentData: { Amount: '12.40' } },
    { authorization },
  )
  await post(`/sandbox/calls/${callGuid}/keys`, { keys: `4111111111111111#${expiry}#123#1` })
  const path = `/globalpci/v1/session/${created.json.sessionGuid}`
  await eventually(async () => {
    const { json } = await send(path, { headers: { authorization } })
    return json.sessionState === 'Finished'
  })
}

/** The same by a link, on the payment page. */
export async function payByLink({ post, send }: Tonegate, token: string, agentId: string): Promise<void> {
  const authorization = `Bearer ${token}`
  const order = { agentId, paymentData: { Amount: '12.40' } }
  const created = await post('/globalpci/v1/digitalsession', order, { authorization })
  const { sessionGuid, paymentFormUrl } = created.json
  const page = new URL(paymentFormUrl).pathname
  await send(page)
  const fields = { cardNumber: '4111111111111111', expiry, securityCode: '123' }
  const paid = await send(page, { method: 'POST', body: new URLSearchParams(fields) })
  assert.ok(paid.status < 400, paid.text)
  await eventually(async () => {
    const { json } = await send(`/globalpci/v1/session/${sessionGuid}`, { headers: { authorization } })
    return json.sessionState === 'Finished'
  })
}
