import type { Parts } from '../../base/parts.ts'
import type { Source } from './doubles.ts'
import { createEngineState, type EngineHealth } from './engine-state.ts'
import { type EngineAddress, endpointText } from './engine-url.ts'
import { type KeyReport, readKeyReport } from './ng/key-report.ts'
import { listenToLog } from './ng/log-lines.ts'
import type { NgAnswer, NgCommand } from './ng/ng-command.ts'
import { createNgSocket } from './ng/ng-socket.ts'
import { createNotifications } from './ng/notifications.ts'
import { createUptime } from './uptime.ts'

/** One rtpengine. */
export interface Engine {
  /** @throws {NgFault} */
  ask(command: NgCommand, milliseconds?: number): Promise<NgAnswer>
  /**
   * Resolves when its keys are heard, with a number for the time in which that lasts: within it, the engine blocks what it
   * was asked to block.
   *
   * @throws {NgFault} which is `unreachable`, when it does not come about in time.
   */
  working(milliseconds: number): Promise<number>
  /** Whether that time lasts. */
  worksSince(time: number): boolean
  health(): EngineHealth
  close(): void
}

/** Hears of one engine. */
export interface EngineListeners {
  /** Nothing that it was asked to block is certain to be blocked. */
  lost(engine: Engine): void
  key(engine: Engine, report: KeyReport, source: Source): void
  /** Its keys are heard, from now on or again. */
  works(): void
}

const lookMilliseconds = 1_000
/** An engine that has been silent for so long is lost. */
const maxSilence = 5_000

/** Watches an engine and takes its keys. It works while its connection is open and it says the uptime that is expected. */
export function createEngine({
  address,
  listeners,
  ...parts
}: { readonly address: EngineAddress; readonly listeners: EngineListeners } & Pick<
  Parts,
  'clock' | 'random' | 'log'
>): Engine {
  const { clock, log } = parts
  const ng = createNgSocket({ ...parts, endpoint: address.ng })
  const lost = () => listeners.lost(engine)
  const { works } = listeners
  const state = createEngineState({ clock, log, name: endpointText(address.ng), lost, works })
  const told = (source: Source) => (key: unknown) => {
    const report = readKeyReport(key)
    if (report) listeners.key(engine, report, source)
  }
  const watch = createWatch({ address, clock, ng, state, told: told('connection') })
  const closeLog = address.log && listenToLog({ at: address.log, engine: address.ng, log, told: told('log') })

  const engine: Engine = {
    ask: ng.ask,
    working(milliseconds) {
      watch.lookSoon()
      return state.working(milliseconds)
    },
    worksSince: state.worksSince,
    health: state.health,
    close() {
      watch.close()
      closeLog?.()
      ng.close()
    },
  }
  return engine
}

interface Watched extends Pick<Parts, 'clock'> {
  readonly address: EngineAddress
  readonly ng: ReturnType<typeof createNgSocket>
  readonly state: ReturnType<typeof createEngineState>
  readonly told: (key: unknown) => void
}

function createWatch({ address, clock, ng, state, told }: Watched) {
  const uptime = createUptime()
  /** Counts what the connection does: an answer that was asked for before is one of before. */
  let connection = 0
  let isOpen = false
  let answeredAt = clock.now()
  let isLooking = false

  async function look(): Promise<void> {
    isLooking = true
    const asked = { at: clock.now(), connection }
    try {
      const answer = await ng.ask({ command: 'statistics' })
      if (asked.connection !== connection) return
      answeredAt = clock.now()
      if (uptime.isAnother(answer, { asked: asked.at, answered: answeredAt })) {
        turn(false)
        state.lose('rtpengine was restarted.')
        notifications.reopen()
      } else if (isOpen) state.win()
    } catch {
      if (Math.abs(clock.now() - answeredAt) >= maxSilence) state.lose('rtpengine does not answer.')
    } finally {
      isLooking = false
    }
  }

  function turn(open: boolean): void {
    isOpen = open
    connection += 1
    uptime.forget()
  }

  const notifications = createNotifications({
    endpoint: address.tcp,
    clock,
    listeners: {
      told,
      opened() {
        turn(true)
        void look()
      },
      closed(reason) {
        turn(false)
        state.lose(reason)
      },
    },
  })
  const stopLooking = clock.every(lookMilliseconds, () => void look())
  return {
    /** Somebody waits for it: nothing of that is waited for that can be tried now. */
    lookSoon(): void {
      if (state.health().state === 'works') return
      if (!isOpen) notifications.openSoon()
      else if (!isLooking) void look()
    },
    close(): void {
      stopLooking()
      notifications.close()
    },
  }
}
