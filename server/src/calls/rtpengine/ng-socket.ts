import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { isIP } from 'node:net'
import type { Parts } from '../../base/parts.ts'
import type { Endpoint } from './engine-url.ts'
import type { NgAnswer, NgCommand } from './ng-command.ts'
import { NgFault, refusal } from './ng-fault.ts'

/** Commands to one engine. */
export interface NgSocket {
  /**
   * Asks until it is answered. It is done once however often it is asked: an engine answers a repeated cookie out of its
   * memory.
   *
   * @param milliseconds how long in all.
   * @throws {NgFault} which is `unreachable` when it may have been done all the same.
   */
  ask(command: NgCommand, milliseconds?: number): Promise<NgAnswer>
  close(): void
}

interface Asked {
  readonly command: NgCommand
  end(outcome: { readonly answer: NgAnswer } | { readonly fault: NgFault }): void
}

const defaultMilliseconds = 1_000
const repeatMilliseconds = 200
const maxCommandBytes = 8_192

/**
 * The NG protocol as JSON over UDP: a cookie that nobody can guess, a space, and the command. The socket is connected,
 * so that the operating system takes datagrams of the engine's address alone. What cannot be read, or was not asked,
 * is passed over.
 */
export function createNgSocket({
  endpoint,
  clock,
  random,
}: { readonly endpoint: Endpoint } & Pick<Parts, 'clock' | 'random'>): NgSocket {
  const asked = new Map<string, Asked>()
  let opened: Promise<Socket> | null = null

  function take(datagram: Buffer, from: RemoteInfo): void {
    if (from.address !== endpoint.host || from.port !== endpoint.port) return
    const space = datagram.indexOf(0x20)
    const question = asked.get(datagram.toString('latin1', 0, Math.max(space, 0)))
    const answer = question && readAnswer(datagram.subarray(space + 1))
    if (!question || !answer) return
    const isDone = answer.result === 'ok' || answer.result === 'pong'
    question.end(isDone ? { answer } : { fault: refusal(question.command, answer['error-reason']) })
  }

  function send(datagram: Buffer): void {
    opened ??= openSocket(endpoint, take)
    opened.then((socket) => socket.send(datagram, () => {})).catch(() => {})
  }

  /** The next command has a socket of its own: an address of this machine's may have gone. */
  function closeSocket(): void {
    opened?.then((socket) => socket.close()).catch(() => {})
    opened = null
  }

  return {
    async ask(command, milliseconds = defaultMilliseconds) {
      const cookie = random(12).toString('base64url')
      const datagram = Buffer.from(`${cookie} ${JSON.stringify(command)}`)
      if (datagram.length > maxCommandBytes) throw new NgFault('refused', 'The call’s names are too long.')
      const { promise, resolve, reject } = Promise.withResolvers<NgAnswer>()
      const stopRepeating = clock.every(repeatMilliseconds, () => send(datagram))
      const stopWaiting = clock.after(Math.max(milliseconds, 0), () => {
        question.end({ fault: new NgFault('unreachable') })
        closeSocket()
      })
      const question: Asked = {
        command,
        end(outcome) {
          stopRepeating()
          stopWaiting()
          asked.delete(cookie)
          if ('answer' in outcome) resolve(outcome.answer)
          else reject(outcome.fault)
        },
      }
      asked.set(cookie, question)
      send(datagram)
      return promise
    },

    close() {
      for (const question of [...asked.values()]) question.end({ fault: new NgFault('unreachable') })
      closeSocket()
    },
  }
}

/** A datagram that is refused is an error of the socket's, which goes on: the engine may be starting. */
async function openSocket(
  { host, port }: Endpoint,
  take: (datagram: Buffer, from: RemoteInfo) => void,
): Promise<Socket> {
  const socket = createSocket(isIP(host) === 6 ? 'udp6' : 'udp4', take).unref()
  socket.on('error', () => {})
  socket.connect(port, host)
  try {
    await once(socket, 'connect')
  } catch (fault) {
    socket.close()
    throw fault
  }
  return socket
}

function readAnswer(text: Buffer): NgAnswer | undefined {
  try {
    const answer: unknown = JSON.parse(text.toString())
    const isAnswer = typeof answer === 'object' && answer !== null && 'result' in answer
    return isAnswer ? (answer as NgAnswer) : undefined
  } catch {
    return undefined
  }
}
