import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { type Random, randomAlphanumeric } from '../../base/random.ts'
import { passwordFault } from '../../identity/users/password-rules.ts'
import { Refused } from '../refused.ts'
import { readAll } from './read-all.ts'

/**
 * Comes by a password. `generated`: made at random. `asked`: typed at a terminal without an echo, twice; or the
 * one line that is piped in. Never an argument, which every process of the machine can read.
 *
 * @throws {Refused} when it may not be taken.
 */
export type ReadPassword = (way: 'generated' | 'asked', username: string) => Promise<string>

/** What a terminal or a pipe is to this module. */
export type PasswordSource = NodeJS.ReadableStream & { readonly isTTY?: boolean }

/** 119 bits. */
const generatedCharacters = 20
const maxPiped = 4096

/** @param prompts where a person at a terminal is asked. */
export function createReadPassword({
  source,
  prompts,
  random,
}: {
  readonly source: PasswordSource
  readonly prompts: NodeJS.WritableStream
  readonly random: Random
}): ReadPassword {
  return async (way, username) => {
    if (way === 'generated') return randomAlphanumeric(random, generatedCharacters)
    const password = source.isTTY
      ? await askTwice(source, prompts, `Password of ${username}`)
      : await readPiped(source, 'password')
    if (password === '' && !source.isTTY) {
      throw new Refused('No password was given. Pipe it in or use --generate.')
    }
    const fault = passwordFault(password, username)
    if (fault !== undefined) throw new Refused(fault)
    return password
  }
}

/** Asks at a terminal without an echo. @throws {Refused} when the two answers are not the same. */
export async function askTwice(
  source: PasswordSource,
  prompts: NodeJS.WritableStream,
  question: string,
): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: source, output: silent, terminal: true, historySize: 0 })
  terminal.once('SIGINT', () => terminal.close())
  const lines = terminal[Symbol.asyncIterator]()
  const ask = async (prompt: string): Promise<string> => {
    prompts.write(prompt)
    const { done, value } = await lines.next()
    prompts.write('\n')
    if (done) throw new Refused('No password was given. Nothing was changed.')
    return value
  }
  try {
    const typed = await ask(`${question}: `)
    const again = await ask('Repeat: ')
    if (typed !== again) throw new Refused('The entries do not match. Nothing was changed.')
    return typed
  } finally {
    terminal.close()
  }
}

/** Reads the one line that is piped in. @throws {Refused} when it is more than that. */
export async function readPiped(source: PasswordSource, what: string): Promise<string> {
  const text = await readAll(source, maxPiped)
  if (text === undefined) throw new Refused(`Standard input must be UTF-8 and at most ${maxPiped} bytes.`)
  const [line = '', ...more] = text.replace(/\r?\n$/, '').split(/\r?\n/)
  if (more.length > 0) throw new Refused(`The ${what} must be a single line.`)
  return line
}
