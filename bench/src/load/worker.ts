import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A process of the benchmark's own that does one thing at a time when asked. */
export interface Worker<Question, Answer> {
  /** @throws {Error} what the worker threw, or when it ended before it answered. */
  ask(question: Question): Promise<Answer>
  stop(): Promise<void>
}

/** What a worker sends back. */
type Reply<Answer> = { readonly result: Answer } | { readonly error: string }

/** Starts a worker; `entry` is its file. */
export function startWorker<Question extends object, Answer>(entry: URL): Worker<Question, Answer> {
  const child = fork(fileURLToPath(entry), { execArgv: [] })
  return {
    async ask(question) {
      child.send(question)
      const reply = await nextReply<Answer>(child)
      if (!reply) throw new Error(`${entry.pathname} ended.`)
      if ('error' in reply) throw new Error(reply.error)
      return reply.result
    },
    async stop() {
      if (child.exitCode !== null) return
      const ended = once(child, 'exit')
      child.kill()
      await ended
    },
  }
}

/** The worker's side: answers what its parent asks. */
export function answerParent<Question, Answer>(answer: (question: Question) => Promise<Answer>): void {
  const reply = (message: Reply<Answer | null>) => process.send?.(message)
  process.on('message', (question: Question) => {
    answer(question).then(
      (result) => reply({ result: result ?? null }),
      (error: Error) => reply({ error: error.message }),
    )
  })
}

async function nextReply<Answer>(child: ChildProcess): Promise<Reply<Answer> | undefined> {
  const ended = new AbortController()
  const exit = once(child, 'exit', { signal: ended.signal }).then(
    () => undefined,
    () => undefined,
  )
  const message = once(child, 'message', { signal: ended.signal }).then(([reply]) => reply)
  message.catch(() => undefined)
  try {
    return await Promise.race([message, exit])
  } finally {
    ended.abort()
  }
}
