import type { Clock } from '../../base/clock.ts'
import { within } from '../../base/within.ts'
import type { Line } from '../line-control.ts'
import type { Engines } from './engines.ts'
import { callerOf, isSameLeg, mediaOf } from './media-of.ts'
import { blockModeOf } from './ng/block-mode.ts'
import { NgFault } from './ng/ng-fault.ts'
import { type createSecuredLines, isSameSide, type SecuredLine } from './secured-lines.ts'
import { createUnblockLater } from './unblock-later.ts'

/** What securing and releasing have in common. */
export interface Securing {
  readonly clock: Clock
  readonly engines: Engines
  readonly lines: ReturnType<typeof createSecuredLines>
  /** Runs what is done to one call one after the other. */
  readonly onCall: <T>(callGuid: string, operation: () => Promise<T>) => Promise<T>
}

const maxMilliseconds = 2_000

/**
 * Blocks the caller's keys, and resolves when that is confirmed by an engine whose keys are heard. When the caller has
 * another tag than before (re-INVITE), or another engine, that of before is unblocked after that.
 *
 * @param strict whether audio is muted too, for callers whose keys come as events.
 */
export function createSecureLine(parts: Securing & { readonly strict: boolean }) {
  const { clock, engines, lines, onCall, strict } = parts
  const unblockLater = createUnblockLater(parts)

  async function block(line: Line, left: () => number): Promise<true> {
    if (left() <= 0) throw new NgFault('unreachable')
    const media = mediaOf(line)
    const leg = callerOf(media)
    const { callGuid } = line
    const before = lines.get(callGuid)
    const isThere = before?.blocked && isSameLeg(before.leg, leg)
    const find = isThere ? engines.find : engines.latest
    const engine = await find(leg['call-id'], before?.engine)
    const mode = blockModeOf(media, { strict }, { mode: before?.mode ?? null })
    const isAsBefore = before && !before.isOver && isSameSide(before, { leg, engine }) && before.mode === mode
    const secured = isAsBefore ? before : lines.begin({ callGuid, leg, engine, mode })
    await blockForCertain({ line: secured, clock, left })
    for (const former of secured.formers) unblockLater(former)
    secured.formers = []
    return true
  }

  return async (line: Line): Promise<void> => {
    mediaOf(line)
    const end = clock.now() + maxMilliseconds
    const work = onCall(line.callGuid, () => block(line, () => end - clock.now()))
    if (!(await within(work, maxMilliseconds, clock))) throw new NgFault('unreachable')
  }
}

interface Blocking {
  readonly line: SecuredLine
  readonly clock: Clock
  readonly left: () => number
}

/** An engine that was restarted between being heard and having blocked may have blocked nothing: it is asked again. */
async function blockForCertain({ line, clock, left }: Blocking): Promise<void> {
  const { engine, leg, mode } = line
  if (!mode) return
  for (;;) {
    const time = await engine.working(left())
    await engine.ask({ command: 'block DTMF', ...leg, ...mode }, left())
    if (!engine.worksSince(time)) continue
    if (line.blocked?.time !== time) line.blocked = { at: clock.now(), time }
    return
  }
}
