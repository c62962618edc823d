/** A command as it came. */
export type Command = Readonly<Record<string, unknown>>

type Do = (command: Command, leg: string) => object

/** What a test's engine knows, and how it does what it is asked. It knows one call, `call`, of `caller` and `agent`. */
export function createTestEngineCommands(now: () => number) {
  const calls = new Map<string, readonly string[]>([['call', ['caller', 'agent']]])
  const blocked = new Map<string, unknown>()
  const mutedMedia = new Set<string>()
  const signals = new Map<string, { readonly created: number; readonly last: number }>()
  let startedAt = now()

  const operations: Readonly<Record<string, Do>> = {
    'block DTMF'({ command: _, 'call-id': _id, 'from-tag': _tag, ...mode }, leg) {
      blocked.set(leg, mode)
      return {}
    },
    'unblock DTMF'(_, leg) {
      blocked.delete(leg)
      return {}
    },
    'block media'(_, leg) {
      mutedMedia.add(leg)
      return {}
    },
    'unblock media'(_, leg) {
      mutedMedia.delete(leg)
      return {}
    },
    'play media': () => ({ duration: 1_500 }),
    query: ({ 'call-id': id }) => ({
      created: signals.get(String(id))?.created ?? 0,
      'last signal': signals.get(String(id))?.last ?? 0,
      tags: Object.fromEntries((calls.get(String(id)) ?? []).map((tag) => [tag, { tag }])),
    }),
    statistics: () => ({
      statistics: { totalstatistics: { uptime: String(Math.floor((now() - startedAt) / 1_000)) } },
    }),
  }

  return {
    calls,
    /** When the engine heard of a call first and last, in seconds; of one that is not here it says 0. */
    signals,
    /** How each leg, such as `call caller`, is blocked. */
    blocked,
    /** Legs whose media nobody hears. */
    mutedMedia,
    answer(command: Command): object {
      const { command: name, 'call-id': id, 'from-tag': tag } = command
      if (name === 'ping') return { result: 'pong' }
      const tags = calls.get(String(id))
      if (id !== undefined && !tags) return { result: 'error', 'error-reason': 'Unknown call-ID' }
      if (tag !== undefined && !tags?.includes(String(tag))) {
        return { result: 'error', 'error-reason': 'From-tag given, but no such tag exists' }
      }
      return { ...operations[String(name)]?.(command, `${id} ${tag}`), result: 'ok' }
    },
    /** As after a restart, with its calls, which redis has kept. */
    startAnew(): void {
      blocked.clear()
      mutedMedia.clear()
      startedAt = now()
    },
  }
}
