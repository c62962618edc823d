import type { Clock } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import type { LineEvents } from '../line-control.ts'
import { createDoubles, type Source } from './doubles.ts'
import type { Engine } from './engine.ts'
import { isSameLeg } from './media-of.ts'
import type { BlockMode } from './ng/block-mode.ts'
import type { KeyReport } from './ng/key-report.ts'
import type { Leg } from './ng/ng-command.ts'

/** The caller's side of one call, while its keys are blocked or are to be. */
export interface SecuredLine {
  readonly callGuid: Guid
  readonly leg: Leg
  readonly engine: Engine
  /** Null when it was blocked by a process before this one. */
  readonly mode: BlockMode | null
  /** Where the caller was before, and may be blocked still: unblocked once this is blocked, or released. */
  formers: readonly SecuredLine[]
  /** Since when it is certain to be blocked, and in which time of the engine; null while it is not. */
  blocked: { readonly at: number; readonly time: number } | null
  /** Its keys are nobody's any more: it is being released. */
  isOver: boolean
  /** When the last key came up; if none has, when it began. */
  lastKeyAt: number
}

interface HeardLine extends SecuredLine {
  readonly doubles: ReturnType<typeof createDoubles>
}

/** Neither part can be mistaken for the other, whatever is in it. */
const callerKey = (leg: Leg): string => JSON.stringify([leg['call-id'], leg['from-tag']])

/** A key must have gone down so long after its line was blocked, or it was heard (contract/calls §6.2). */
const certaintyMilliseconds = 100
/** A call of which nothing was heard for so long is forgotten (contract/calls §2). */
const maxAge = 12 * 60 * 60 * 1_000

/** Whether two are the same side of the same call at the same engine. */
export const isSameSide = (
  one: Pick<SecuredLine, 'leg' | 'engine'>,
  other: Pick<SecuredLine, 'leg' | 'engine'>,
): boolean => one.engine === other.engine && isSameLeg(one.leg, other.leg)

/** The lines that are secured, and what becomes of their keys. */
export function createSecuredLines({
  clock,
  events,
  strayed,
}: {
  readonly clock: Clock
  readonly events: LineEvents
  /** Keys of a line come from another engine than the one that blocks it: its media may have gone there. */
  readonly strayed: (line: SecuredLine) => void
}) {
  const lines = new Map<Guid, HeardLine>()
  /** In the order in which they began: a call that was told of under two GUIDs is two lines. */
  const byCaller = new Map<string, readonly HeardLine[]>()

  function forgetOld(): void {
    for (const { callGuid, lastKeyAt } of lines.values()) {
      if (clock.now() - lastKeyAt > maxAge) remove(callGuid)
    }
  }

  function add(line: HeardLine): void {
    const caller = callerKey(line.leg)
    lines.set(line.callGuid, line)
    byCaller.set(caller, [...(byCaller.get(caller) ?? []), line])
  }

  function remove(callGuid: Guid): void {
    const line = lines.get(callGuid)
    if (!line) return
    line.doubles.forget()
    lines.delete(callGuid)
    const caller = callerKey(line.leg)
    const others = byCaller.get(caller)?.filter((other) => other !== line) ?? []
    if (others.length > 0) byCaller.set(caller, others)
    else byCaller.delete(caller)
  }

  function find(engine: Engine, { callId, tag }: KeyReport) {
    const all = byCaller.get(callerKey({ 'call-id': callId, 'from-tag': tag })) ?? []
    const found = all.findLast((line) => line.engine === engine)
    if (!found) for (const line of all) if (line.blocked && !line.isOver) strayed(line)
    return found
  }

  function lose(line: SecuredLine): void {
    if (!line.blocked) return
    line.blocked = null
    lines.get(line.callGuid)?.doubles.forget()
    if (!line.isOver) events.lineLost(line.callGuid)
  }

  return {
    get: (callGuid: Guid): SecuredLine | undefined => lines.get(callGuid),
    /** A line whose keys are nobody's yet, in place of what was known of the call. */
    begin(line: Pick<SecuredLine, 'callGuid' | 'leg' | 'engine' | 'mode'>): SecuredLine {
      forgetOld()
      const before = lines.get(line.callGuid)
      remove(line.callGuid)
      const begun = {
        ...line,
        formers: before ? [...before.formers, before].filter((former) => !isSameSide(former, line)) : [],
        blocked: null,
        isOver: false,
        lastKeyAt: clock.now(),
        doubles: createDoubles(clock),
      }
      add(begun)
      return begun
    },
    remove,

    /** A key has come up. It is told when it is the caller's, and nobody else can have heard it. */
    key(engine: Engine, report: KeyReport, source: Source): void {
      const line = find(engine, report)
      if (!line) return
      line.lastKeyAt = clock.now()
      if (line.isOver || line.doubles.isDouble(source, report.tone)) return
      const pressedAt = clock.now() - report.duration
      if (isCertain(line, pressedAt, clock.now())) events.key(line.callGuid, report.tone, pressedAt)
      else events.keysLost(line.callGuid)
    },

    /** Nothing that an engine blocked is certain to be blocked. */
    lost(engine: Engine): void {
      for (const line of lines.values()) if (line.engine === engine) lose(line)
    },
    lose,
  }
}

/** A clock that was set back makes it certain from now on alone. */
function isCertain(line: SecuredLine, pressedAt: number, now: number): boolean {
  const { blocked } = line
  if (!blocked || !line.engine.worksSince(blocked.time)) return false
  const at = Math.min(blocked.at, now)
  line.blocked = { ...blocked, at }
  return pressedAt >= at + certaintyMilliseconds
}
