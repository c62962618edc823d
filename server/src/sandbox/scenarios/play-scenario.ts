import { cardOf, cardWith } from '@tonegate/protocol/scenarios/scenario-cards'
import {
  callScenarios,
  pageScenarios,
  playScenario,
  type ScenarioName,
} from '@tonegate/protocol/scenarios/scenarios'
import { playedScenarios } from '@tonegate/protocol/scenarios/sentences'
import type { Guid, NewGuid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import { sandboxCards } from '../../vault/gateways/sandbox-cards.ts'
import { shortTimeoutConfigurationId } from '../demo-configurations.ts'
import { isOpen, type Play, type StageParts, stageOfPlay } from './stage-of-play.ts'

/** All that can be played. */
export const scenarios = playedScenarios(sandboxCards)

/** What is wanted of a scenario. */
export interface WantedPlay {
  readonly name: string
  /** A session that a program has opened; without it the scenario opens its own. */
  readonly sessionGuid?: Guid | undefined
  /** Who takes the call; without it an agent whom nobody else has. */
  readonly agentId?: string | undefined
  readonly paymentData?: Readonly<Record<string, string>> | undefined
  /** So long the end is waited for. */
  readonly waitSeconds: number
}

/** What came of it. */
export interface PlayedResult {
  readonly scenario: string
  /** False where the session goes on, or its outcome is not known yet. */
  readonly finished: boolean
  readonly agentId?: string
  readonly sessionGuid?: Guid
  readonly providerSessionGuid?: Guid
  readonly callGuid?: Guid
  readonly sessionState?: string
  readonly paymentResultData?: Readonly<Record<string, string>>
}

/** Plays a scenario to its end, or for as long as it is waited for. */
export type PlayScenario = (wanted: WantedPlay) => Promise<PlayedResult>

/** What the customer of a scenario buys. */
export const usualPaymentData = {
  FirstName: 'John',
  Surname: 'Smith',
  Amount: '12.40',
  MerchantReferenceCode: 'order-1001',
  CustomerPhoneNumber: '+48500000000',
}

export function createPlayScenario(
  parts: Omit<StageParts, 'program'> & {
    /** Makes a program: each play has a token of its own. */
    readonly program: () => StageParts['program']
    readonly newGuid: NewGuid
    /** MMYY, of every card. */
    readonly expiry: () => string
  },
): PlayScenario {
  const { phone, find, newGuid, expiry, tools } = parts

  async function givenSession(program: StageParts['program'], sessionGuid: Guid) {
    await program.asksForToken()
    const status = await program.reads(sessionGuid)
    if (!isOpen(status) || !find(status.providerSessionGuid)) {
      throw new Problem('session-ended', `The session has ended: ${status.sessionState}.`)
    }
    const { callGuid } = status
    const isOurs =
      callGuid &&
      (await phone.requireCall(callGuid).then(
        () => true,
        () => false,
      ))
    return { status, callGuid: isOurs ? callGuid : undefined, isGiven: true }
  }

  async function run(name: ScenarioName, play: Play, stageParts: StageParts): Promise<void> {
    const stage = stageOfPlay(stageParts, play)
    const props = { cards: sandboxCards, expiry: play.card.expiry, shortTimeoutConfigurationId }
    const given = play.status && find(play.status.providerSessionGuid)
    if (given?.launch.entry !== 'link' || isOf(pageScenarios, name)) return playScenario(name, stage, props)
    if (isOf(callScenarios, name)) {
      throw new Problem(
        'not-possible-now',
        `${name} is played on a keypad, and this session was opened for a link.`,
      )
    }
    await stage.customer.pays(
      name === 'lost' ? cardWith(sandboxCards, 'late-answer') : cardOf(name, sandboxCards),
    )
    await stage.program.readsTheEnd()
    if (name === 'lost') await stage.program.readsTheOutcome()
  }

  return async ({ name, sessionGuid, agentId, paymentData, waitSeconds }) => {
    const scenario = requireScenario(name)
    const program = parts.program()
    const given = sessionGuid && (await givenSession(program, sessionGuid))
    const play: Play = {
      ...(given ?? { status: undefined, callGuid: undefined, isGiven: false }),
      order: {
        agentId: agentId ?? `scenario-${newGuid()}`,
        paymentData: { ...usualPaymentData, ...paymentData },
      },
      card: { expiry: expiry() },
    }
    const ended = run(scenario, play, { ...parts, program })
      .then(() => true)
      .finally(() => {
        // Whoever answered the call of the scenario is free for the next one.
        if (!play.isGiven && play.callGuid) phone.hangUp(play.callGuid).catch(() => {})
      })
    ended.catch(() => {})
    const finished = (await Promise.race([ended, tools.wait(waitSeconds * 1000)])) === true
    return { scenario: name, finished, ...(!play.isGiven && { agentId: play.order.agentId }), ...play.status }
  }
}

const isOf = (names: readonly ScenarioName[], name: ScenarioName): boolean => names.includes(name)

/** @throws {Problem} `not-found`, which names those that there are. */
function requireScenario(name: string): ScenarioName {
  // A decline without a reason is the usual one.
  const wanted = name === 'declined' ? 'declined:do-not-honour' : name
  const found = scenarios.find((each) => each.name === wanted)
  if (found) return found.name
  const names = scenarios.map((each) => each.name).join(', ')
  throw new Problem('not-found', `No scenario has this name. There are: ${names}.`)
}
