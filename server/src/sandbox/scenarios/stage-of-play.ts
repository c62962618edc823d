import type { Stage } from '@tonegate/protocol/scenarios/stage'
import type { SandboxCard } from '@tonegate/protocol/simulator-page-data'
import type { Guid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import type { OpenSession } from '../../vault/model/vault-sessions.ts'
import type { BankQuestions } from '../bank-questions.ts'
import type { SandboxPhone } from '../phone/phone.ts'
import type { SandboxTools } from '../tools/sandbox-tools.ts'
import type { PlayedOrder, PlayedProgram, PlayedStatus } from './program-by-inject.ts'

/** What scenarios are played on without a page. */
export interface StageParts {
  readonly phone: SandboxPhone
  readonly program: PlayedProgram
  readonly questions: Pick<BankQuestions, 'decide'>
  /** An open session, by what the vault calls it. */
  readonly find: (providerSessionGuid: Guid) => OpenSession | undefined
  readonly tools: Pick<SandboxTools, 'wait' | 'isOver'>
}

/** What is played, and what has come of it. */
export interface Play {
  readonly order: Omit<PlayedOrder, 'configurationId'>
  /** The session that a program has opened; absent until the play opens its own. */
  status: PlayedStatus | undefined
  /** Whether a program has opened it. */
  readonly isGiven: boolean
  /** The call of the sandbox's phone. */
  callGuid: Guid | undefined
  readonly card: { readonly expiry: string }
}

const pollMilliseconds = 40
/** A handset that doubles its tones sends the second one so soon after the first… */
const echoMilliseconds = 40
/** …and a hand needs so long to another key, or to the same one. */
const handMilliseconds = 180
const sameKeyMilliseconds = 460

const troubles = {
  'in-band-tones': 'tones-in-audio',
  'audio-lost': 'audio-lost',
  'audio-back': 'audio-back',
} as const

/** A stage on which each step is done at once, by the program, the phone and the session themselves. */
export function stageOfPlay(parts: StageParts, play: Play): Stage {
  const { phone, program, find, tools } = parts

  async function until(reached: () => Promise<boolean> | boolean): Promise<void> {
    while (!(await reached())) {
      await tools.wait(pollMilliseconds)
      if (tools.isOver()) throw new Problem('not-possible-now', 'The sandbox was reset, or is being stopped.')
    }
  }

  const session = (): OpenSession => {
    const found = play.status && find(play.status.providerSessionGuid)
    if (!found) throw new Problem('session-ended', 'The session ended before the scenario did.')
    return found
  }

  async function press(keys: string, gapMilliseconds = 0): Promise<void> {
    const { callGuid } = play
    if (callGuid) await phone.press(callGuid, { keys: Buffer.from(keys), gapMilliseconds })
    else for (const key of keys) session().press(key)
  }

  async function read(): Promise<PlayedStatus> {
    if (!play.status) throw new Error('No session was opened.')
    play.status = await program.reads(play.status.sessionGuid)
    return play.status
  }

  async function opens(kind: 'session' | 'digitalsession', configurationId: number): Promise<void> {
    if (play.isGiven) return
    play.status = await program.opens(kind, { ...play.order, configurationId })
    if (play.callGuid) await isSecured(phone, play.callGuid)
  }

  return {
    say: async () => {},
    program: {
      asksForToken: program.asksForToken,
      opensSession: (configurationId = 0) => opens('session', configurationId),
      opensDigitalSession: () => opens('digitalsession', 0),
      cancels: async () => void (await program.cancels((await read()).sessionGuid)),
      readsTheEnd: () => until(async () => !isOpen(await read())),
      readsTheOutcome: () =>
        until(async () => (await read()).paymentResultData?.paymentOutcome !== 'unknown'),
    },
    caller: {
      async calls() {
        if (!play.isGiven) play.callGuid = (await phone.open(play.order.agentId, 'refuse')).callGuid
      },
      types: press,
      async typesDoubled(keys) {
        for (const [at, key] of [...keys].entries()) {
          await press(key.repeat(2), echoMilliseconds)
          await tools.wait(key === keys[at + 1] ? sameKeyMilliseconds : handMilliseconds)
        }
      },
      hangsUp: async () => (play.callGuid ? phone.hangUp(play.callGuid) : session().callEnded('caller')),
    },
    customer: { pays: (card) => pay({ ...parts, session, until }, card, play.card.expiry) },
    agent: {
      reloads: async () => session().opened(),
      turnsOnSlowMode: async () => session().slowMode('on'),
      async sendsLink() {
        if (session().view().entry !== 'link') session().enterBy('link')
        await session().sendLink({ channel: 'sms' })
      },
    },
    trouble: async (trouble) =>
      play.callGuid ? phone.trouble(play.callGuid, troubles[trouble]) : session().callTrouble(trouble),
  }
}

export const isOpen = ({ sessionState }: PlayedStatus): boolean =>
  sessionState === 'Created' || sessionState === 'InProgress'

const securedMilliseconds = 5_000

/** Keys that are pressed before that would be heard by the agent. */
async function isSecured(phone: Pick<SandboxPhone, 'watch'>, callGuid: Guid): Promise<void> {
  const secured = Promise.withResolvers<void>()
  const late = setTimeout(secured.resolve, securedMilliseconds)
  const stop = phone.watch(callGuid, (state) => state.secured && secured.resolve())
  await secured.promise
  clearTimeout(late)
  stop()
}

/** The customer opens the page, types the card there, and says yes to the bank, where that asks. */
async function pay(
  {
    session,
    until,
    questions,
  }: Pick<StageParts, 'questions'> & {
    readonly session: () => OpenSession
    readonly until: (reached: () => boolean) => Promise<void>
  },
  { pan, brand }: SandboxCard,
  expiry: string,
): Promise<void> {
  const paying = session()
  let isOver = false
  paying.pageOpened()
  const securityCode = brand === 'american-express' ? '1234' : '123'
  const submitted = paying.submitCard({ pan, expiry, securityCode }).finally(() => {
    isOver = true
  })
  submitted.catch(() => {})
  await until(() => isOver || paying.challenge() !== undefined)
  const { fields = {} } = paying.challenge() ?? {}
  if (isOver || fields.reference === undefined) return
  await questions.decide(fields.reference, 'confirmed')
  paying.challengeAnswered(fields)
}
