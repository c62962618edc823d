import { createClient, isTonegateError, type PaymentOutcome } from '@tonegate/client'
import express from 'express'

const { TONEGATE_URL = '', CLIENT_ID = '', CLIENT_SECRET = '', AGENT_ID = '', PORT = '3000' } = process.env
const tonegate = createClient({ baseUrl: TONEGATE_URL, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET })

interface Order {
  readonly id: string
  readonly sessionGuid: string
  readonly payAt: string
  state: 'open' | 'refunded' | PaymentOutcome
}

/** A real shop keeps them in its database, and follows those that are open when it starts. */
const orders = new Map<string, Order>()

const shop = express()

shop.get('/', (_request, response) => {
  response.send(
    page('<form method="post" action="/orders"><button>Order the book for £12.40</button></form>'),
  )
})

shop.post('/orders', async (_request, response) => {
  const id = crypto.randomUUID()
  const paymentData = { Amount: '12.40', Currency: 'GBP', MerchantReferenceCode: id }
  const session = await tonegate.createDigitalSession(
    { agentId: AGENT_ID, paymentData },
    { idempotencyKey: id },
  )
  const order: Order = { id, sessionGuid: session.sessionGuid, payAt: session.paymentFormUrl, state: 'open' }
  orders.set(id, order)
  follow(order)
  response.redirect(303, `/orders/${id}`)
})

shop.get('/orders/:id', (request, response) => {
  const order = orders.get(request.params.id)
  if (!order) return void response.status(404).send(page('No such order.'))
  const texts: Partial<Record<Order['state'], string>> = {
    open: `<meta http-equiv="refresh" content="2"><a href="${order.payAt}" target="_blank">Pay £12.40</a>`,
    approved: `Paid. <form method="post" action="/orders/${order.id}/refund"><button>Refund</button></form>`,
    unknown: 'It is not known yet whether you have paid. Please do not pay again.',
  }
  response.send(page(texts[order.state] ?? `The payment is ${order.state}.`))
})

shop.post('/orders/:id/refund', async (request, response) => {
  const order = orders.get(request.params.id)
  if (order?.state !== 'approved') return void response.status(409).send(page('This order is not paid.'))
  const { operation } = await tonegate.refundPayment(
    order.sessionGuid,
    {},
    { idempotencyKey: `refund-${order.id}` },
  )
  if (operation.status === 'succeeded') order.state = 'refunded'
  response.redirect(303, `/orders/${order.id}`)
})

shop.use(((error, _request, response, _next) => {
  console.error(error)
  const text = isTonegateError(error) && error.kind === 'problem' ? error.detail : 'Please try again later.'
  response.status(502).send(page(text))
}) satisfies express.ErrorRequestHandler)

async function follow(order: Order): Promise<void> {
  try {
    order.state = (await tonegate.waitForResult(order.sessionGuid)).outcome ?? 'unknown'
  } catch (error) {
    console.error(error)
    order.state = 'unknown'
  }
}

const page = (content: string) => `<!doctype html><html lang="en"><meta charset="utf-8">
<title>Harbour Street Books</title><h1>Harbour Street Books</h1>${content}</html>`

const server = shop.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`The shop is at http://127.0.0.1:${(server.address() as { port: number }).port}`)
})
