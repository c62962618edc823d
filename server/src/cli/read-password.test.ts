import assert from 'node:assert/strict'
import { PassThrough, Readable } from 'node:stream'
import { test } from 'node:test'
import { systemRandom } from '../base/random.ts'
import { passwordFault } from '../identity/users/password-rules.ts'
import { createReadPassword, type PasswordSource } from './input/read-password.ts'
import { Refused } from './refused.ts'

function ask(source: PasswordSource, way: 'asked' | 'generated' = 'asked') {
  const shown: string[] = []
  const prompts = new PassThrough().on('data', (chunk) => shown.push(String(chunk)))
  const read = createReadPassword({ source, prompts, random: systemRandom })
  return { password: read(way, 'ann'), shown: () => shown.join('') }
}

/** A terminal at which somebody types. */
function terminal(...typed: readonly string[]): PasswordSource {
  const stream: PassThrough & { isTTY?: boolean; setRawMode?: (on: boolean) => void } = new PassThrough()
  stream.isTTY = true
  stream.setRawMode = () => {}
  for (const keys of typed) stream.write(keys)
  return stream
}

const piped = (bytes: string | Buffer): PasswordSource => Readable.from([Buffer.from(bytes)])

test('a password is typed twice at a terminal, and not a character of it is shown', async () => {
  const { password, shown } = ask(terminal('a quiet harbour\r', 'a quiet harbour\r'))
  assert.equal(await password, 'a quiet harbour')
  assert.equal(shown(), 'Password of ann: \nRepeat: \n')
})

test('a correction at the terminal counts', async () => {
  const { password } = ask(terminal('a quiet harbouX\x7fr\r', 'a quiet harbour\r'))
  assert.equal(await password, 'a quiet harbour')
})

test('two that differ, and Ctrl-C, change nothing', async () => {
  await assert.rejects(ask(terminal('a quiet harbour\r', 'a quiet harbor\r')).password, /do not match/)
  await assert.rejects(ask(terminal('a quiet har\x03')).password, /No password was given/)
  const leaves = terminal('a quiet')
  ;(leaves as PassThrough).end()
  await assert.rejects(ask(leaves).password, Refused)
})

test('a password is piped in as one line, with or without its end', async () => {
  for (const end of ['', '\n', '\r\n']) {
    assert.equal(await ask(piped(`a quiet harbour${end}`)).password, 'a quiet harbour')
  }
  for (const text of ['', '\n', 'a quiet harbour\nanother line\n', `${'x'.repeat(5000)}\n`]) {
    await assert.rejects(ask(piped(text)).password, Refused)
  }
  await assert.rejects(ask(piped(Buffer.from('schöner Hafen', 'latin1'))).password, /UTF-8/)
})

test('a generated password has 20 characters, and is another each time', async () => {
  const made = await Promise.all([1, 2].map(() => ask(piped(''), 'generated').password))
  assert.ok(made.every((password) => /^[A-Za-z0-9]{20}$/.test(password)))
  assert.notEqual(made[0], made[1])
})

test('length counts, in characters, and no mixture of kinds', () => {
  assert.equal(passwordFault('aaaaaaaaaaaa', 'ann'), undefined)
  assert.equal(passwordFault('ein schöner Tag', 'ann'), undefined)
  assert.match(passwordFault('elevenchars', 'ann') ?? '', /at least 12/)
  assert.match(passwordFault('😀'.repeat(11), 'ann') ?? '', /at least 12/)
  assert.equal(passwordFault('x'.repeat(1024), 'ann'), undefined)
  assert.match(passwordFault('ü'.repeat(513), 'ann') ?? '', /limit is 1024 bytes/)
  assert.match(passwordFault('Ann.Of.Harbour', 'ann.of.harbour') ?? '', /the username/)
  assert.match(passwordFault(`${'a'.repeat(12)}\ud800`, 'ann') ?? '', /Unicode/)
})

test('a refused password is not repeated', async () => {
  await assert.rejects(ask(piped('hunter2')).password, (error: Error) => !error.message.includes('hunter2'))
})
