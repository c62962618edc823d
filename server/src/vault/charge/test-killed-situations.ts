import type { Outcome } from '@tonegate/protocol/outcome'
import type { Flow } from '../model/launch.ts'
import type { Task } from './test-charge-process.ts'
import type { Need } from './test-killed-gateways.ts'

export interface Situation {
  readonly what: string
  readonly flow?: Partial<Flow>
  /** `pay` unless said. */
  readonly task?: Task
  /** What goes wrong with the first answer. `late`: it waits until what the gateway tells has been taken. */
  readonly answer?: 'closes' | 'never' | 'late'
  /** What goes wrong with the first answer to letting a part go. */
  readonly release?: 'closes' | 'html'
  /** A gateway that cannot is left out. */
  readonly needs?: readonly Need[]
  /** What may come of it where the gateway was asked, or can say that it was not. */
  readonly ends: readonly Outcome[]
}

/** What goes on around a charge, and what may come of it. */
export const situations = {
  'a charge': { ends: ['approved', 'failed'] },
  'a charge whose answer is lost': { answer: 'closes', ends: ['approved', 'failed'] },
  'a charge that is answered too late, and reversed': {
    flow: { lateApproval: 'void', gatewayTimeoutSeconds: 1 },
    answer: 'never',
    ends: ['cancelled', 'failed', 'approved'],
  },
  'a payment that is cancelled while the customer is at the bank': {
    flow: { gatewayTimeoutSeconds: 900 },
    task: 'cancel at the bank',
    needs: ['asks the bank'],
    ends: ['cancelled', 'declined', 'failed'],
  },
  'a charge beside a cancel at another server': {
    task: 'pay, and cancel at another server',
    ends: ['approved', 'cancelled', 'failed'],
  },
  'a kept card': { task: 'charge a kept card', needs: ['keeps cards'], ends: ['approved', 'failed'] },
  'a charge of which the gateway tells while it is asked, and afterwards': {
    answer: 'late',
    task: 'pay, and be told of it',
    needs: ['tells'],
    ends: ['approved', 'failed'],
  },
  'a charge whose answer is lost, and of which the gateway tells': {
    answer: 'closes',
    task: 'pay, and be told of it',
    needs: ['tells'],
    ends: ['approved', 'failed'],
  },
  'a charge of which the bank approves a part': {
    needs: ['approves a part'],
    ends: ['declined', 'failed'],
  },
  'an authorisation of which the bank approves a part': {
    flow: { purpose: 'authorise' },
    needs: ['approves a part'],
    ends: ['declined', 'failed'],
  },
  'a part whose answer is lost': {
    answer: 'closes',
    needs: ['approves a part'],
    ends: ['declined', 'failed'],
  },
  'a part whose release is answered by nothing': {
    release: 'closes',
    needs: ['approves a part'],
    ends: ['declined', 'failed'],
  },
  'a part of which the gateway tells while it is asked, and afterwards': {
    answer: 'late',
    task: 'pay, and be told of it',
    needs: ['tells', 'approves a part'],
    ends: ['declined', 'failed'],
  },
} as const satisfies Readonly<Record<string, Omit<Situation, 'what'>>>

export type SituationName = keyof typeof situations

export const situationOf = (what: SituationName): Situation => ({ what, ...situations[what] })
