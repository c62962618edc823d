import { Worker } from 'node:worker_threads'
import { entryFile } from '../../base/files/own-files.ts'
import { StoreUnavailable } from '../store-unavailable.ts'
import type { ThreadAnswer, ThreadOrder, ThreadRows } from './thread-orders.ts'
import { endTurnReads } from './turn-reads.ts'

/** A thread that does one order after the other. */
export interface Thread {
  /** @throws what SQLite has thrown, with its `errcode`; {@link StoreUnavailable} where the thread itself has ended. */
  ask(order: ThreadOrder): Promise<readonly ThreadRows[]>
  /** Resolves when it has ended by itself, out of memory for example. */
  readonly lost: Promise<void>
  /** Nothing is asked of it any more: whoever needs one takes it. */
  leave(): void
}

interface Waiting {
  readonly resolve: (rows: readonly ThreadRows[]) => void
  readonly reject: (error: unknown) => void
}

/** Those that nobody uses at the moment. */
const left: Thread[] = []

/** A thread to write a database in: one that was left, or a new one. It keeps the process alive while it is asked. */
export const takeThread = (): Thread => left.pop() ?? startThread()

/** One that has ended while nobody used it is of no use to anybody. */
function forget(thread: Thread): void {
  const place = left.indexOf(thread)
  if (place >= 0) left.splice(place, 1)
}

function startThread(): Thread {
  const worker = new Worker(entryFile('store/embedded/sqlite-thread'), { execArgv: [], env: {} })
  const waiting: Waiting[] = []
  const lost = Promise.withResolvers<void>()
  let ended: StoreUnavailable | undefined
  worker.unref()

  const end = (cause: unknown) => {
    ended ??= new StoreUnavailable('the thread that writes it has ended', cause)
    for (const { reject } of waiting.splice(0)) reject(ended)
    lost.resolve()
    forget(thread)
  }
  worker.on('error', end)
  worker.on('exit', (code) => end(new Error(`exit ${code}`)))
  worker.on('message', (answer: ThreadAnswer) => {
    endTurnReads()
    const first = waiting.shift()
    if (waiting.length === 0) worker.unref()
    if ('rows' in answer) first?.resolve(answer.rows)
    else first?.reject(errorOf(answer.error))
  })

  const thread: Thread = {
    lost: lost.promise,
    ask(order) {
      if (ended) return Promise.reject(ended)
      if (waiting.length === 0) worker.ref()
      worker.postMessage(order, order.order === 'run' ? [order.jobs.bytes.buffer] : [])
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }))
    },
    leave() {
      if (!ended) left.push(thread)
    },
  }
  return thread
}

const errorOf = ({ message, errcode }: Extract<ThreadAnswer, { error: object }>['error']): Error =>
  Object.assign(new Error(message), errcode === undefined ? {} : { errcode })
