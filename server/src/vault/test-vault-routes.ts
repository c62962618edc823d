import { createMovableClock } from '../base/clock.ts'
import { createLog } from '../base/log.ts'
import { systemRandom } from '../base/random.ts'
import type { BrowserAssets } from '../http/browser-assets.ts'
import { createHttp, type Http } from '../http/http.ts'
import type { OpenElsewhere } from './agent-view/distant-view.ts'
import { openTestSession, type TestSession, testSessions, testViewTokens } from './test-sessions.ts'
import { createVaultRoutes } from './vault-routes.ts'

const region = {
  name: 'nam',
  issuer: 'http://nam.test/auth',
  apiUrl: 'http://nam.api.test/globalpci',
  paymentOrigin: 'https://nam.pay.test',
} as const

const assets: BrowserAssets = {
  directory: import.meta.dirname,
  agentView: { script: '/assets/view.js', stylesheets: ['/assets/view.css'] },
  simulator: { script: '/assets/simulator.js', stylesheets: [] },
  pages: { stylesheet: '/assets/pages.css' },
  paymentPage: { script: '/assets/pay.js', stylesheets: ['/assets/pay.css'] },
  issuerPage: { script: '/assets/issuer.js', stylesheets: ['/assets/issuer.css'] },
}

/** The vault's routes over sessions that the test holds in its hand. */
export function startVaultRoutes(
  sessions: readonly TestSession[] = [openTestSession()],
  openElsewhere?: OpenElsewhere,
) {
  const lines: string[] = []
  const log = createLog('trace', { write: (line) => lines.push(line) })
  const clock = createMovableClock()
  const app: Http = createHttp({ region, log, proxy: 'none' })
  createVaultRoutes({
    sessions: testSessions(...sessions),
    viewTokens: testViewTokens,
    channels: ['sms'],
    region,
    clock,
    random: systemRandom,
    log,
    assets,
    openElsewhere,
  })(app)
  return { app, clock, lines, session: sessions[0] ?? openTestSession() }
}
