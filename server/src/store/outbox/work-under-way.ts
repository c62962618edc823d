import type { MessageKind, TakenMessage } from './message-kind.ts'

/** What is being done with messages, until it has come to its end. */
export function createWorkUnderWay<Message extends TakenMessage>({
  released,
  failed,
}: Pick<MessageKind<Message, never>, 'released' | 'failed'>) {
  const underWay = new Set<Promise<void>>()
  return {
    add(work: Promise<void>, messages: readonly Message[]): void {
      const kept = work
        .then(
          () => released?.(messages),
          (error: unknown) => failed(error, messages),
        )
        .finally(() => underWay.delete(kept))
      underWay.add(kept)
    },
    /** Resolves when nothing is under way, and nothing has been begun meanwhile. */
    async ended(): Promise<void> {
      while (underWay.size > 0) await Promise.all(underWay)
    },
  }
}
