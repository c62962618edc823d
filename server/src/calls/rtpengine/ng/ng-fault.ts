import { LineFault } from '../../line-control.ts'
import type { NgCommand } from './ng-command.ts'

/** Why an engine did not do what it was asked. */
export type NgFaultReason = 'unreachable' | 'unknown-call' | 'unknown-tag' | 'refused'

/** An engine did not do what it was asked, or did not say that it has. */
export class NgFault extends LineFault {
  readonly reason: NgFaultReason

  constructor(reason: NgFaultReason, message: string = words[reason]) {
    super(message)
    this.name = 'NgFault'
    this.reason = reason
  }
}

const words = {
  unreachable: 'rtpengine did not answer. Check that it is running and that the platform’s URL leads to it.',
  'unknown-call': 'rtpengine does not know this call. It has ended, or its media is elsewhere.',
  'unknown-tag': 'rtpengine does not know the caller’s tag in this call. Report the call’s media again.',
  refused: 'rtpengine refused.',
} as const

const maxReason = 200

/** @param said the engine's `error-reason`: in its own words, without a digit. */
export function refusal({ command }: NgCommand, said: unknown): NgFault {
  const text = typeof said === 'string' ? said : 'no reason given'
  if (/unknown call/i.test(text)) return new NgFault('unknown-call')
  if (/\btag\b/i.test(text) && /no such|unknown/i.test(text)) return new NgFault('unknown-tag')
  const plain = text
    .replace(/[\p{C}\s]+/gu, ' ')
    .replace(/\p{N}+/gu, '…')
    .slice(0, maxReason)
  return new NgFault('refused', `rtpengine refused “${command}”: ${plain}`)
}

/** Whether a call or this side of it has ended: then nothing is left to be undone. */
export const isGone = (fault: unknown): boolean =>
  fault instanceof NgFault && (fault.reason === 'unknown-call' || fault.reason === 'unknown-tag')
