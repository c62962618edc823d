import { createServer } from 'node:http'
import { createClient, isTonegateError } from '@tonegate/client'
import { createServer as createVite } from 'vite'

const { TONEGATE_URL = '', CLIENT_ID = '', CLIENT_SECRET = '', AGENT_ID = '', PORT = '3000' } = process.env
const tonegate = createClient({ baseUrl: TONEGATE_URL, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET })
const vite = await createVite({ server: { middlewareMode: true, ws: false, hmr: false } })

const server = createServer(async (request, response) => {
  if (request.method !== 'POST') return vite.middlewares(request, response)
  const answer = (status: number, body: object) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
  // Only this desktop’s own page opens payments. A real desktop also has its agent sign in, and knows the agent’s id from there.
  if (request.headers['sec-fetch-site'] !== 'same-origin') return answer(403, {})
  try {
    const paymentData = { Amount: '12.40', Currency: 'GBP', MerchantReferenceCode: 'order-1001' }
    answer(200, await tonegate.createSession({ agentId: AGENT_ID, paymentData }))
  } catch (error) {
    console.error(error)
    const isTold = isTonegateError(error) && error.kind === 'problem'
    answer(isTold ? error.status : 502, { text: isTold ? error.detail : 'The payment could not be opened.' })
  }
})

server.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`The desktop is at http://127.0.0.1:${(server.address() as { port: number }).port}`)
})
