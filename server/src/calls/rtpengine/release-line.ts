import { type Line, LineFault } from '../line-control.ts'
import { callerOf } from './media-of.ts'
import { isGone } from './ng/ng-fault.ts'
import type { Securing } from './secure-line.ts'
import type { SecuredLine } from './secured-lines.ts'
import { unblock } from './unblock.ts'
import { createUnblockLater } from './unblock-later.ts'

/**
 * Makes a line as before: what is being said is stopped, its keys are unblocked. Done for a call that has ended, and for
 * one that was secured by a process before this one. Where the caller was at another engine before, that is unblocked whenever
 * it answers.
 */
export function createReleaseLine(parts: Securing & { readonly endPrompts: (line: Line) => Promise<void> }) {
  const { clock, engines, lines, onCall, endPrompts } = parts
  const unblockLater = createUnblockLater(parts)

  /** @returns undefined when there is nothing to release. */
  async function find(line: Line, held: SecuredLine | undefined): Promise<SecuredLine | undefined> {
    const { callGuid, media } = line
    const leg = held?.leg ?? (media && callerOf(media.rtpengine))
    if (!leg) return undefined
    const engine = await engines.find(leg['call-id'], held?.engine).catch(unlessGone)
    if (!engine || held?.engine === engine) return engine && held
    const begun = lines.begin({ callGuid, leg, engine, mode: null })
    begun.isOver = true
    return begun
  }

  async function release(line: Line): Promise<void> {
    const held = lines.get(line.callGuid)
    if (held) held.isOver = true
    const found = await find(line, held)
    const { formers = [] } = found ?? held ?? {}
    const here = formers.filter(({ engine }) => engine === (found ?? held)?.engine)
    for (const each of [...(found ? [found] : []), ...here]) await unblock(each, clock)
    lines.remove(line.callGuid)
    for (const former of formers) if (!here.includes(former)) unblockLater(former)
  }

  return (line: Line): Promise<void> =>
    onCall(line.callGuid, async () => {
      const outcomes = await Promise.allSettled([release(line), endPrompts(line)])
      const failed = outcomes.find((outcome) => outcome.status === 'rejected')
      if (failed) throw failed.reason
    })
}

function unlessGone(fault: unknown): undefined {
  if (isGone(fault)) return undefined
  throw fault instanceof Error ? fault : new LineFault(String(fault))
}
