import type { FromSharedStream, ToSharedStream } from './shared-stream.ts'

/** The locks of a browser, without one: who comes later waits until the first has let go. */
export function testLocks() {
  const last = new Map<string, Promise<unknown>>()
  return {
    held: last,
    request(name: string, holding: () => Promise<void> | void): Promise<unknown> {
      const turn = (last.get(name) ?? Promise.resolve()).then(holding)
      last.set(name, turn)
      turn.finally(() => last.get(name) === turn && last.delete(name))
      return turn
    },
  }
}

type Hear<T> = ((message: MessageEvent<T>) => void) | null

/** Two ends of a channel that hand over in the next turn, as ports do. */
export function testPorts() {
  const view = {
    onmessage: null as Hear<FromSharedStream>,
    postMessage: (data: ToSharedStream) => queueMicrotask(() => shared.onmessage?.({ data } as MessageEvent)),
    close() {
      view.onmessage = null
    },
  }
  const shared = {
    onmessage: null as Hear<ToSharedStream>,
    postMessage: (data: FromSharedStream) => queueMicrotask(() => view.onmessage?.({ data } as MessageEvent)),
    close() {
      shared.onmessage = null
    },
  }
  return { view, shared }
}

/** Lets everything happen that waits for nothing but its turn. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}
