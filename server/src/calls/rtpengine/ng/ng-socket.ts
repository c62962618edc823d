import type { Parts } from '../../../base/parts.ts'
import { inSpan } from '../../../base/tracing/in-span.ts'
import type { Endpoint } from '../engine-url.ts'
import { createConnectedSocket } from './connected-socket.ts'
import type { NgAnswer, NgCommand } from './ng-command.ts'
import { NgFault, refusal } from './ng-fault.ts'

/** Commands to one engine. */
export interface NgSocket {
  /**
   * Asks until it is answered. It is done once however often it is asked: an engine answers a repeated cookie out of its
   * memory.
   *
   * @param milliseconds how long in all; with none left, nobody is asked.
   * @throws {NgFault} which is `unreachable` when it may have been done all the same.
   */
  ask(command: NgCommand, milliseconds?: number): Promise<NgAnswer>
  close(): void
}

interface Asked {
  readonly command: NgCommand
  readonly end: (outcome: NgAnswer | NgFault) => void
}

const defaultMilliseconds = 1_000
const repeatMilliseconds = 200
const maxCommandBytes = 8_192

/**
 * The NG protocol as JSON over UDP: a cookie that nobody can guess, a space, and the command. What cannot be read, or was
 * not asked, is passed over.
 */
export function createNgSocket({
  endpoint,
  clock,
  random,
}: { readonly endpoint: Endpoint } & Pick<Parts, 'clock' | 'random'>): NgSocket {
  const asked = new Map<string, Asked>()
  let isClosed = false
  const socket = createConnectedSocket(endpoint, (datagram) => {
    const space = Math.max(datagram.indexOf(0x20), 0)
    const question = asked.get(datagram.toString('latin1', 0, space))
    const answer = question && readAnswer(datagram.subarray(space + 1))
    if (answer) question.end(isDone(answer) ? answer : refusal(question.command, answer['error-reason']))
  })

  function giveUp(question: Asked): void {
    question.end(new NgFault('unreachable'))
    socket.close()
  }

  async function askUntilAnswered(command: NgCommand, milliseconds: number): Promise<NgAnswer> {
    if (isClosed || milliseconds <= 0) throw new NgFault('unreachable')
    const cookie = random(12).toString('base64url')
    const datagram = Buffer.from(`${cookie} ${JSON.stringify(command)}`)
    if (datagram.length > maxCommandBytes) throw new NgFault('refused', 'The call’s names are too long.')
    const { promise, resolve } = Promise.withResolvers<NgAnswer | NgFault>()
    const question = { command, end: resolve }
    const stopRepeating = clock.every(repeatMilliseconds, () => socket.send(datagram))
    const stopWaiting = clock.after(milliseconds, () => giveUp(question))
    asked.set(cookie, question)
    socket.send(datagram)
    const outcome = await promise
    stopRepeating()
    stopWaiting()
    asked.delete(cookie)
    if (outcome instanceof NgFault) throw outcome
    return outcome
  }

  return {
    ask: (command, milliseconds = defaultMilliseconds) =>
      inSpan('ask engine', { kind: 'client' }, () => askUntilAnswered(command, milliseconds)),

    close() {
      isClosed = true
      for (const question of asked.values()) giveUp(question)
    },
  }
}

const isDone = ({ result }: NgAnswer): boolean => result === 'ok' || result === 'pong'

function readAnswer(text: Buffer): NgAnswer | undefined {
  try {
    const answer: unknown = JSON.parse(text.toString())
    const isAnswer = typeof answer === 'object' && answer !== null && 'result' in answer
    return isAnswer ? (answer as NgAnswer) : undefined
  } catch {
    return undefined
  }
}
