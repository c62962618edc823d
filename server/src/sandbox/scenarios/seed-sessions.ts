import { cardOf } from '@tonegate/protocol/scenarios/scenario-cards'
import type { Guid } from '../../base/guid.ts'
import { sandboxCards } from '../../vault/gateways/sandbox-cards.ts'
import { expiringConfigurationId } from '../demo-configurations.ts'
import { usualPaymentData } from './play-scenario.ts'
import type { PlayedStatus } from './program-by-inject.ts'
import { type Play, type StageParts, stageOfPlay } from './stage-of-play.ts'

export const maxSeeded = 500

/** What becomes of a session that is seeded; every one of them comes, and the usual ones more often. */
const kinds = [
  'approved',
  'declined',
  'in-progress',
  'cancelled',
  'refunded',
  'expired',
  'approved',
  'created',
  'review',
  'approved',
] as const

type Kind = (typeof kinds)[number]

/** A session as it was left behind. */
export interface SeededSession {
  readonly kind: Kind
  readonly sessionGuid: Guid
  readonly sessionState: string
  readonly paymentOutcome?: string
  readonly reference: string
  readonly amount: string
}

/** Leaves so many sessions behind. Who they are of and what they cost follows from the seed. */
export type SeedSessions = (wanted: {
  readonly count: number
  readonly seed: number
}) => Promise<{ readonly seed: number; readonly sessions: readonly SeededSession[] }>

const firstNames = [
  'Ada',
  'Bilal',
  'Chioma',
  'Dana',
  'Emeka',
  'Freya',
  'Goran',
  'Hana',
  'Ines',
  'Jonas',
] as const
const surnames = [
  'Abbott',
  'Berger',
  'Castro',
  'Dahl',
  'Evans',
  'Fischer',
  'Grant',
  'Hughes',
  'Ito',
  'Jansen',
] as const

/** At once. */
const lanes = 8

export function createSeedSessions(
  parts: Omit<StageParts, 'program'> & {
    readonly program: () => StageParts['program']
    readonly expiry: () => string
  },
): SeedSessions {
  async function leave(
    program: StageParts['program'],
    { kind, paymentData, agentId }: Planned,
  ): Promise<SeededSession> {
    const configurationId = kind === 'expired' ? expiringConfigurationId : 0
    const order = { agentId, paymentData, skipCallTransfer: true }
    const isOnKeypad = kind === 'in-progress' || kind === 'created' || kind === 'cancelled'
    const status = await program.opens(isOnKeypad ? 'session' : 'digitalsession', {
      ...order,
      configurationId,
    })
    const play: Play = { order, status, isGiven: true, callGuid: undefined, card: { expiry: parts.expiry() } }
    await bringTo(kind, stageOfPlay({ ...parts, program }, play))
    if (kind === 'refunded') await program.refunds(status.sessionGuid)
    const left = await settled(program, status, kind)
    const { paymentOutcome } = left.paymentResultData ?? {}
    return {
      kind,
      sessionGuid: left.sessionGuid,
      sessionState: left.sessionState,
      ...(paymentOutcome !== undefined && { paymentOutcome }),
      reference: paymentData.MerchantReferenceCode,
      amount: paymentData.Amount,
    }
  }

  return async ({ count, seed }) => {
    const program = parts.program()
    await program.asksForToken()
    const plan = planned(count, seed)
    const sessions: SeededSession[] = []
    let next = 0
    const lane = async () => {
      for (let at = next++; at < plan.length; at = next++) {
        const one = plan[at]
        if (one) sessions[at] = await leave(program, one)
      }
    }
    await Promise.all(Array.from({ length: lanes }, lane))
    return { seed, sessions }
  }
}

/** What happens on a keypad is told to the Payment API a moment later. */
async function settled(program: StageParts['program'], { sessionGuid }: PlayedStatus, kind: Kind) {
  let left = await program.reads(sessionGuid)
  for (let tries = 0; kind === 'in-progress' && left.sessionState === 'Created' && tries < 100; tries += 1) {
    await new Promise((resolve) => setImmediate(resolve))
    left = await program.reads(sessionGuid)
  }
  return left
}

async function bringTo(
  kind: Kind,
  { program, caller, customer }: ReturnType<typeof stageOfPlay>,
): Promise<void> {
  const pan = cardOf('approved', sandboxCards).pan
  if (kind === 'created') return
  if (kind === 'in-progress') return caller.types(pan.slice(0, 8))
  if (kind === 'cancelled') return program.cancels()
  if (kind !== 'expired') {
    const name = {
      approved: 'approved',
      refunded: 'approved',
      review: 'review',
      declined: 'declined:do-not-honour',
    }[kind]
    await customer.pays(cardOf(name, sandboxCards))
  }
  await program.readsTheEnd()
}

interface Planned {
  readonly kind: Kind
  readonly agentId: string
  readonly paymentData: Readonly<Record<string, string>> & {
    readonly Amount: string
    readonly MerchantReferenceCode: string
  }
}

function planned(count: number, seed: number): readonly Planned[] {
  const random = createRandom(seed)
  const one = <T>(of: readonly T[], otherwise: T): T => of[Math.floor(random() * of.length)] ?? otherwise
  return Array.from({ length: count }, (_, at) => ({
    kind: kinds[at % kinds.length] ?? 'approved',
    agentId: `seed-agent-${1 + Math.floor(random() * 5)}-${at}`,
    paymentData: {
      ...usualPaymentData,
      FirstName: one(firstNames, 'Ada'),
      Surname: one(surnames, 'Abbott'),
      Amount: (1 + Math.floor(random() * 20_000) / 100).toFixed(2),
      MerchantReferenceCode: `seed-${seed}-${String(at + 1).padStart(4, '0')}`,
    },
  }))
}

/** Numbers from 0 to 1 that follow from a seed: a linear congruential generator, which is enough for names and sums. */
function createRandom(seed: number): () => number {
  let state = seed % 2_147_483_647 || 1
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
