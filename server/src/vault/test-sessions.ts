import type { FieldError, FieldName, FieldView, ViewState } from '@tonegate/protocol/view-state'
import type { Guid } from '../base/guid.ts'
import { Problem } from '../base/problem.ts'
import type { ViewTokens } from './agent-view/view-access.ts'
import type { Challenge } from './model/gateway.ts'
import { defaultFlow, type Flow, type Launch } from './model/launch.ts'
import type { CardSender, OpenSession, VaultSessions, ViewAccess } from './model/vault-sessions.ts'

export const testFlow: Flow = {
  ...defaultFlow,
  gateway: 'sandbox',
  gatewayTimeoutSeconds: 30,
  merchantName: 'Harbour & Sons',
  interDigitSeconds: 5,
  slowModeMilliseconds: 250,
  lifetimeSeconds: 3600,
  frameAncestors: ['https://desk.example.com'],
}

export const testLaunch: Launch = {
  tenant: 7,
  flow: testFlow,
  order: { amountMinor: 1240, currency: 'EUR', reference: 'A-1001' },
  initialValues: {},
  entry: 'keypad',
  caller: 'on-call',
}

export const testGuid = '01990000-0000-7000-8000-000000000001' as Guid
export const testSecret = 'link-secret-of-the-first-session'
export const formerSecret = 'former-secret-of-the-first-session'
export const firstRefreshToken = '0'.repeat(32)

const asked: FieldView = { state: 'asked', digits: 0, attemptsLeft: 3 }
const empty: FieldView = { state: 'empty', digits: 0, attemptsLeft: 3 }

export const firstState: ViewState = {
  state: 'capturing',
  step: 'payment-card-number',
  fields: { pan: asked, expiry: empty, securityCode: empty },
  brand: null,
  last4: null,
  order: testLaunch.order,
  merchantName: testFlow.merchantName,
  entry: 'keypad',
  keypad: 'open',
  slowMode: false,
  interDigitSeconds: 5,
  warnings: [],
  link: { opened: false, typing: null, sent: null },
  challenged: false,
  caller: 'on-call',
  endsAt: Date.UTC(2026, 0, 15, 9, 45),
  result: null,
}

export const paidState: ViewState = {
  ...firstState,
  state: 'ended',
  step: null,
  result: { end: 'success', outcome: 'approved', authorisationCode: '831000' },
}

/** A capture session whose state and answers a test decides. */
export interface TestSession extends OpenSession {
  /** What was called, as `ask pan`. */
  readonly calls: string[]
  /** Who sent each card. */
  readonly senders: (CardSender | undefined)[]
  become(change: Partial<ViewState>): void
  /** Resolves when somebody has subscribed. */
  subscribed(): Promise<void>
  /** What the customer's bank asks. */
  challengeBy(challenge: Challenge | undefined): void
  /** What the next form is answered with: errors, or what happens to the session. */
  answerCard(answer: () => Promise<Readonly<Partial<Record<FieldName, FieldError>>>>): void
}

/** One capture session without a vault around it. */
export function openTestSession(launch: Launch = testLaunch, guid: Guid = testGuid): TestSession {
  const shown = createShown({ ...firstState, order: launch.order, merchantName: launch.flow.merchantName })
  const calls: string[] = []
  let viewAccess: ViewAccess = 'open'
  const openOnly = (call: string) => {
    if (shown.view().state === 'processing')
      throw new Problem(
        'not-possible-now',
        'The payment is already being processed and can no longer be changed.',
      )
    calls.push(call)
  }
  return {
    guid,
    launch,
    calls,
    ...shown,
    ...testCard(openOnly),
    ...testBank(calls),
    ...testRefreshTokens(calls),
    ...testEntry(calls, openOnly),
    async sendLink({ channel, to }) {
      openOnly(`send-link ${channel} ${to ?? ''}`.trim())
      return `https://nam.pay.test/pay/${guid}/${testSecret}`
    },
    defaultChannel: () => 'sms',
    pay: async () => openOnly('pay'),
    cancel: async () => openOnly('cancel'),
    admits: (secret) => (secret === testSecret ? 'current' : secret === formerSecret ? 'former' : 'no'),
    get viewAccess() {
      return viewAccess
    },
    async closeView() {
      viewAccess = 'closed'
      shown.become({})
    },
  }
}

/** What a session shows, and who looks at it. */
function createShown(first: ViewState) {
  let state = first
  const listeners = new Set<(state: ViewState) => void>()
  let noticed = () => {}
  return {
    view: () => state,
    become(change: Partial<ViewState>) {
      state = { ...state, ...change }
      for (const listener of [...listeners]) listener(state)
    },
    async subscribed() {
      if (listeners.size === 0) await new Promise<void>((resolve) => (noticed = resolve))
    },
    subscribe(listener: (state: ViewState) => void) {
      listeners.add(listener)
      noticed()
      return () => listeners.delete(listener)
    },
  }
}

function testCard(openOnly: (call: string) => void) {
  const senders: TestSession['senders'] = []
  let answer: Parameters<TestSession['answerCard']>[0] = async () => ({})
  const card: Pick<TestSession, 'senders' | 'answerCard' | 'submitCard'> = {
    senders,
    answerCard(next) {
      answer = next
    },
    async submitCard(card, sender) {
      senders.push(sender)
      openOnly(`submit ${card.pan} ${card.expiry} ${card.securityCode}`)
      return answer()
    },
  }
  return card
}

function testBank(calls: string[]): Pick<TestSession, 'challenge' | 'challengeAnswered' | 'challengeBy'> {
  let challenge: Challenge | undefined
  return {
    challenge: () => challenge,
    challengeAnswered: (answer) => void calls.push(`challenge answered ${JSON.stringify(answer)}`),
    challengeBy(next) {
      challenge = next
    },
  }
}

function testRefreshTokens(calls: string[]): Pick<TestSession, 'renew' | 'addRefreshToken'> {
  let refreshToken = firstRefreshToken
  return {
    async renew(token, proposed) {
      if (token !== refreshToken) return undefined
      refreshToken = proposed ?? String(Number(refreshToken) + 1).padStart(32, '0')
      return refreshToken
    },
    addRefreshToken: async () => `${'a'.repeat(31)}${calls.push('refresh token added')}`,
  }
}

const testEntry = (calls: string[], openOnly: (call: string) => void) =>
  ({
    opened: () => void calls.push('opened'),
    press: () => 'ignored',
    callEnded: () => undefined,
    callTrouble: () => undefined,
    waitBetweenDigits: (seconds) => openOnly(`inter-digit ${seconds}`),
    enterBy: (entry) => openOnly(`entry ${entry}`),
    pageOpened: () => void calls.push('page opened'),
    pageTyped: (field, digits) => void calls.push(`typed ${field} ${digits}`),
    ask: (field) => openOnly(`ask ${field}`),
    slowMode: (on) => openOnly(`slow-mode ${on}`),
  }) satisfies Partial<TestSession>

/** Sessions that were opened before; one that has ended is not found. */
export function testSessions(...sessions: readonly TestSession[]): VaultSessions {
  return {
    launch: () => Promise.reject(new Error('not launched here')),
    find: (guid) => sessions.find((each) => each.guid === guid && each.view().state !== 'ended'),
    findLastState(guid) {
      const ended = sessions.find((each) => each.guid === guid && each.view().state === 'ended')
      return ended && { tenant: ended.launch.tenant, state: ended.view(), viewAccess: ended.viewAccess }
    },
    async findEnding(guid, secret) {
      const ended = sessions.find((each) => each.guid === guid && each.view().state === 'ended')
      const result = ended?.view().result
      if (!ended || !result || ended.admits(secret) !== 'current') return undefined
      const { order, flow } = ended.launch
      return { ...result, order, merchantName: flow.merchantName, language: flow.language }
    },
    voidAuthorised: async () => 'nothing',
    closeView: async (guid) => sessions.find((each) => each.guid === guid)?.closeView(),
  }
}

/** Tokens that can be read in a test. */
export const testViewTokens: ViewTokens = {
  issue: (guid) => `access-${guid}`,
  verify: (token) => (token.startsWith('access-') ? (token.slice(7) as Guid) : undefined),
}
