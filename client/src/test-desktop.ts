import { readFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { stripTypeScriptTypes } from 'node:module'
import type { TestContext } from 'node:test'
import type { ViewState } from './view-state.ts'

/** A view in the middle of a payment. */
export const viewState: ViewState = {
  state: 'capturing',
  step: 'payment-card-number',
  entry: 'keypad',
  fields: {
    pan: { state: 'entering', digits: 4, attemptsLeft: 3 },
    expiry: { state: 'empty', digits: 0, attemptsLeft: 3 },
    securityCode: { state: 'empty', digits: 0, attemptsLeft: 3 },
  },
  brand: 'visa',
  last4: null,
  order: { amountMinor: 1240, currency: 'GBP' },
  merchantName: 'Harbour Street Books',
  keypad: 'open',
  slowMode: false,
  interDigitSeconds: 8,
  caller: 'on-call',
  warnings: [],
  link: { opened: false, typing: null, sent: null },
  challenged: false,
  endsAt: 0,
  result: null,
}

/** What an agent view posts. */
export const stateMessage = { type: 'tonegate:state', session: 'guid-1', state: viewState }
export const resultMessage = {
  VariableData: {
    transactionResult: { Value: 'SUCCESS' },
    transactionAuthCode: { Value: 'A1B2C3' },
    cardLast4: { Value: '1111' },
  },
}

/**
 * A desktop on one origin, which serves the client's own files as a browser takes them, and on another origin pages
 * that take the place of the agent view: they keep the form that opened them, and post what a test has them post.
 */
export async function startDesktop(t: TestContext) {
  const posted: string[] = []
  const payment = await serve(t, async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    posted.push(`${request.method} ${request.url} ${body}`)
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(`<!doctype html><title>View</title><p>View</p>
<script>window.post = (data) => (window.opener ?? window.parent).postMessage(data, '*')</script>`)
  })
  const desktop = await serve(t, async (request, response) => {
    const file = /^\/client\/([a-z-]+\.ts)$/.exec(request.url ?? '')?.[1]
    response.setHeader('content-type', file ? 'text/javascript' : 'text/html; charset=utf-8')
    response.end(file ? await readScript(file) : desktopPage(payment))
  })
  return {
    desktop: `http://localhost:${desktop}`,
    posted,
    session: {
      iframeUrl: `http://127.0.0.1:${payment}/session/1/view/guid-1/framed`,
      agentAccessToken: 'access.token.of-the-view',
      agentRefreshToken: '0123456789abcdef0123456789abcdef',
    },
  }
}

async function readScript(file: string): Promise<string> {
  return stripTypeScriptTypes(await readFile(new URL(file, import.meta.url), 'utf8'))
}

/** Beside the frame of the payment another one of the same origin, and one of the desktop's own. */
function desktopPage(payment: number): string {
  return `<!doctype html><title>Desktop</title>
<iframe id="payment"></iframe>
<iframe name="other" src="http://127.0.0.1:${payment}/other"></iframe>
<button type="button">Open</button>
<script type="module">
import { openAgentView } from '/client/agent-view.ts'
window.heard = []
window.start = (session, frame = document.getElementById('payment')) => {
  window.view = openAgentView({
    session,
    frame,
    onMessage: (message) => heard.push(message.type),
    onState: ({ session, state }) => heard.push(session + ' ' + state.fields.pan.digits),
    onResult: ({ transactionResult, cardLast4 }) => heard.push(transactionResult + ' ' + cardLast4),
  })
  window.left = document.documentElement.outerHTML
}
document.body.dataset.ready = 'yes'
</script>`
}

async function serve(t: TestContext, listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => void server.close())
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.')
  return address.port
}
