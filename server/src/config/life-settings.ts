import { type ListenAddress, readListenAddress } from './listen-address.ts'
import type { Variables } from './variables.ts'

/** How a process comes to its end, and where it is asked how it is. */
export interface LifeSettings {
  /** So long a process that is to end still answers, and says that it is not ready. */
  readonly drainSeconds: number
  /** After so long it ends whatever is still under way, the drain included. */
  readonly stopSeconds: number
  /** Where health, readiness and metrics are answered apart from all else. Null: nowhere. */
  readonly opsListen: ListenAddress | null
}

/** A gateway has 120 seconds at most, requests have ten, and the drain of production takes five. */
const defaultStopSeconds = 150

/** Reads when a process ends, and where it is asked how it is. */
export function readLife(
  { text, whole, faults, isFaulty }: Variables,
  mode: 'sandbox' | 'production',
): LifeSettings {
  const drainSeconds = whole('TONEGATE_DRAIN_SECONDS', mode === 'production' ? 5 : 0, [0, 600])
  const stopSeconds = whole('TONEGATE_STOP_SECONDS', defaultStopSeconds, [1, 3600])
  const areKnown = !isFaulty('TONEGATE_DRAIN_SECONDS') && !isFaulty('TONEGATE_STOP_SECONDS')
  if (areKnown && stopSeconds <= drainSeconds) {
    faults.push(
      `TONEGATE_STOP_SECONDS is '${stopSeconds}'; it must be more than TONEGATE_DRAIN_SECONDS, which is ${drainSeconds}.`,
    )
  }
  const listen = text('TONEGATE_OPS_LISTEN', '')
  const opsListen = listen === '' ? null : readListenAddress(listen)
  if (opsListen === undefined) {
    faults.push(
      `TONEGATE_OPS_LISTEN is '${listen}'; it must be an address of this machine with a port, such as 127.0.0.1:9464.`,
    )
  }
  return { drainSeconds, stopSeconds, opsListen: opsListen ?? null }
}
