import { Problem } from '../../base/problem.ts'

/** What may go wrong, each with a sentence for those who choose. */
export const faultKinds = {
  '429': 'The next requests are refused: too many. Retry-After says when to come again.',
  '502': 'The next requests are answered with the page of a proxy that cannot reach Tonegate.',
  '503': 'The next requests are refused: the server is overloaded. Retry-After says when to come again.',
  slow: 'The next requests are answered as always, after a while.',
  'answer-lost': 'The next requests are carried out, and the connection is cut before the answer.',
  'gateway-lost':
    'The gateway charges, and its answer is lost: the outcome is unknown until it is looked up.',
  'gateway-unreached':
    'The gateway never receives the payment, and nothing is charged: the outcome is unknown at first.',
  'webhook-lost': 'The next webhooks are lost on their way, and are sent again later.',
} as const

export type FaultKind = keyof typeof faultKinds

/** What is armed for the next requests of one kind. */
export interface ArmedFault {
  readonly kind: FaultKind
  /** For so many more. */
  readonly left: number
  /** Only where the path of a request begins so. */
  readonly path?: string
  /** Until when to come again, and how long what is slow takes. */
  readonly seconds?: number
}

/** More of them at once are a mistake. */
const maxArmed = 100

/** What goes wrong next, in the order in which it was armed. */
export interface Faults {
  /** @throws {Problem} `quota-exceeded` when too many are armed. */
  arm(fault: ArmedFault): void
  all(): readonly ArmedFault[]
  clear(): void
  /** Uses one up, of the first of these kinds that is armed for the path. */
  take(kinds: readonly FaultKind[], path?: string): ArmedFault | undefined
}

export function createFaults(): Faults {
  let armed: readonly ArmedFault[] = []
  return {
    arm(fault) {
      if (armed.length >= maxArmed) {
        throw new Problem('quota-exceeded', `${maxArmed} faults are armed already. DELETE clears them.`)
      }
      armed = [...armed, fault]
    },
    all: () => armed,
    clear() {
      armed = []
    },
    take(kinds, path = '') {
      const found = armed.find(
        ({ kind, path: of = '' }) => kinds.includes(kind) && path.toLowerCase().startsWith(of.toLowerCase()),
      )
      if (found) {
        armed = armed
          .map((fault) => (fault === found ? { ...fault, left: fault.left - 1 } : fault))
          .filter(({ left }) => left > 0)
      }
      return found
    },
  }
}
