import type { Clock, Stop } from '../base/clock.ts'

/** Whoever wants to be called back every so often. */
interface Beating {
  beat(): void
}

/**
 * Calls everybody back every so many seconds, from one timer that runs while there is anybody. Whoever joined in
 * another second has their turn in another one: thousands that wrote at once would hold everything else up.
 */
export function createHeartbeats<T extends Beating>(clock: Pick<Clock, 'every'>, seconds: number) {
  const turns = Array.from({ length: seconds }, () => new Set<T>())
  let turn = 0
  let stop: Stop | undefined

  const turnNow = () => turns[turn] ?? new Set<T>()

  function tick(): void {
    turn = (turn + 1) % seconds
    for (const member of turnNow()) member.beat()
  }

  return {
    /** Is called back for the first time before so many seconds are over, and not much before. */
    join(member: T): void {
      turnNow().add(member)
      stop ??= clock.every(1000, tick)
    },
    leave(member: T): void {
      for (const members of turns) members.delete(member)
      if (turns.some(({ size }) => size > 0)) return
      stop?.()
      stop = undefined
    },
    all: (): readonly T[] => turns.flatMap((members) => [...members]),
  }
}
