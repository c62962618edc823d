import { createServer } from 'node:http'
import type { TestContext } from 'node:test'
import { type Clock, systemClock } from '../base/clock.ts'
import { createLog } from '../base/log.ts'
import { systemRandom } from '../base/random.ts'
import { readBrowserAssets } from '../http/browser-assets.ts'
import { createHttp } from '../http/http.ts'
import type { Launched } from './model/launch.ts'
import { region, type startVault } from './test-vault.ts'
import { createVaultRoutes } from './vault-routes.ts'

/** Serves a vault's pages, and on another origin a desktop that frames the agent view as real ones do. */
export async function startVaultSite(
  t: TestContext,
  { vault }: Pick<Awaited<ReturnType<typeof startVault>>, 'vault'>,
  clock: Clock = systemClock,
  callerNumber?: string,
) {
  const log = createLog('silent')
  const app = createHttp({ region, log, proxy: 'none' })
  const assets = readBrowserAssets()
  const { viewTokens, channels } = vault
  const streams = new Set<string>()
  let streamsAre: 'admitted' | 'cut' = 'admitted'
  app.addHook('onRequest', async ({ id, method, url }, { raw }) => {
    if (!url.endsWith('/events')) return
    if (streamsAre === 'cut') raw.destroy()
    const stream = `${method} ${url} ${id}`
    streams.add(stream)
    raw.once('close', () => streams.delete(stream))
  })
  createVaultRoutes({
    ...{ sessions: vault, viewTokens, channels, region, clock, log, assets },
    random: systemRandom,
    callerNumber: async () => callerNumber,
  })(app)
  const site = await app.listen({ port: 0, host: '127.0.0.1' })
  t.after(() => app.close())

  let page = ''
  const desktop = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(page)
  })
  await new Promise<void>((resolve) => desktop.listen(0, '127.0.0.1', resolve))
  t.after(() => void desktop.close())
  const address = desktop.address()
  const port = typeof address === 'object' ? address?.port : undefined

  const pathOf = (url: string) => site + new URL(url).pathname
  return {
    site,
    /** The origin to be named in the flow's `frameAncestors`. */
    desktop: `http://localhost:${port}`,
    /** The streams of events that are open, as `POST /session/events`. */
    openStreams: () => [...streams].map((stream) => stream.slice(0, stream.lastIndexOf(' '))),
    /** Cuts every connection that is open. */
    breakConnections: () => app.server.closeAllConnections(),
    /** Cuts every connection that is open, and each new stream of events until they are admitted again. */
    cutStreams() {
      streamsAre = 'cut'
      app.server.closeAllConnections()
    },
    admitStreams() {
      streamsAre = 'admitted'
    },
    /** Where the customer's page of a session is served. */
    paymentPage: ({ paymentFormUrl }: Launched) => pathOf(paymentFormUrl),
    /**
     * Puts a session's agent view on the desktop: a form that is sent into a frame. One with a referrer policy names its
     * origin in the form, as the documents say.
     */
    showOnDesktop(launched: Launched, referrerPolicy?: string): void {
      const policy = `<meta name="referrer" content="${referrerPolicy}">`
      page = `<!doctype html><html lang="en"><title>Desktop</title>${referrerPolicy ? policy : ''}<body style="margin:0">
${frameOf(launched, 'payment')}
<script>const messages = []; addEventListener('message', ({ origin, data }) => messages.push({ origin, data }))
${referrerPolicy ? "document.forms[0].elements['X-HOST-ORIGIN'].value = location.origin;" : ''}
document.forms[0].submit()</script>`
    },
    /** Puts the agent views of two sessions beside one another. */
    showBothOnDesktop(first: Launched, second: Launched): void {
      page = `<!doctype html><html lang="en"><title>Desktop</title><body style="margin:0">
${frameOf(first, 'payment')}${frameOf(second, 'second')}
<script>for (const form of document.forms) form.submit()</script>`
    },
  }

  function frameOf({ viewUrl, accessToken, refreshToken }: Launched, name: string): string {
    return `<iframe name="${name}" title="Payment" style="border:0;width:100%;height:100vh;display:block"></iframe>
<form method="post" target="${name}" action="${pathOf(viewUrl)}">
<input type="hidden" name="X-BEARER-TOKEN" value="${accessToken}">
<input type="hidden" name="X-REFRESH-TOKEN" value="${refreshToken}">
<input type="hidden" name="X-HOST-ORIGIN">
</form>`
  }
}
