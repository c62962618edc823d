import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { SMTPServerOptions } from 'smtp-server'
import { createMovableClock } from '../../base/clock.ts'
import type { LinkMessage } from './link-sender.ts'
import { createSmtpSender, type MailSettings } from './smtp-sender.ts'
import { assertSilent, message, rejection, unusedPort, whileTimePasses } from './test-messages.ts'
import { credentials, startTestSmtpServer } from './test-smtp-server.ts'

const mail: LinkMessage = { ...message, to: 'john@example.com' }
const from = { name: null, address: 'payments@pay.example.com' }
const plain = { host: 'localhost', encryption: 'none', credentials: null, from } as const

function createSender(settings: MailSettings, certificateAuthority?: string) {
  const clock = createMovableClock()
  const surroundings = {
    ...{ clock, timeZone: 'UTC' },
    ...(certificateAuthority !== undefined && { certificateAuthority }),
  }
  const { send } = createSmtpSender(settings, surroundings)
  return { clock, send: (each: LinkMessage) => whileTimePasses(clock, send(each)) }
}

async function start(t: TestContext, settings: Partial<MailSettings> = {}, options: SMTPServerOptions = {}) {
  const { port, received, certificateAuthority } = await startTestSmtpServer(t, options)
  return { ...createSender({ ...plain, port, ...settings }, certificateAuthority), port, received }
}

/** A refusal in the words of a mail server, which repeat the address. */
const refusal = (responseCode: number) =>
  Object.assign(new Error(`<${mail.to}>: not today, ${mail.url}`), { responseCode })

/** The lines of a message's head, unfolded. */
const headOf = (source: string) =>
  (source.split('\r\n\r\n')[0] ?? '').replace(/\r\n[ \t]+/g, ' ').split('\r\n')

test('an e-mail comes from the configured address in the merchant’s name, as text and as HTML', async (t) => {
  const { send, received } = await start(t)
  await send(mail)
  assert.equal(received.length, 1)
  const { source = '', ...envelope } = received[0] ?? {}
  assert.deepEqual(envelope, { from: from.address, to: [mail.to], user: undefined, byTls: false })
  const head = headOf(source)
  for (const line of [
    'From: Harbour Street Books <payments@pay.example.com>',
    'To: john@example.com',
    'Auto-Submitted: auto-generated',
    'Content-Language: en',
    'Date: Thu, 15 Jan 2026 09:30:00 +0000',
    'MIME-Version: 1.0',
  ]) {
    assert.ok(head.includes(line), `${line} is not in ${head.join('\n')}`)
  }
  assert.match(source, /^Content-Type: multipart\/alternative/m)
  assert.match(source, /^Content-Type: text\/plain; charset=utf-8/m)
  assert.match(source, /^Content-Type: text\/html; charset=utf-8/m)
  const text = source.replace(/=\r\n/g, '').replaceAll('=3D', '=')
  assert.equal(text.split(mail.url).length, 5, 'once in the text, thrice in the HTML')
})

test('a configured name is shown instead of the merchant’s', async (t) => {
  const { send, received } = await start(t, { from: { ...from, name: 'Zahlungen, Müller & Söhne' } })
  await send(mail)
  const line = headOf(received[0]?.source ?? '').find((each) => each.startsWith('From:'))
  assert.match(line ?? '', /^From: =\?UTF-8\?Q\?Zahlungen=2C_M=C3=BCller_=26_S=C3=B6hne\?= <payments@pay/i)
})

test('the server’s credentials are sent by TLS alone', async (t) => {
  for (const encryption of ['tls', 'starttls'] as const) {
    const { send, received } = await start(t, { encryption, credentials }, { secure: encryption === 'tls' })
    await send(mail)
    assert.equal(received[0]?.byTls, true, encryption)
    assert.equal(received[0]?.user, credentials.user)
  }
})

test('a server without STARTTLS is told nothing', async (t) => {
  const commands: string[] = []
  const { send, received } = await start(
    t,
    { encryption: 'starttls', credentials },
    {
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth(auth, _session, callback) {
        commands.push(auth.method)
        callback(null, { user: 'x' })
      },
    },
  )
  const error = await rejection(send(mail))
  assert.match(error.message, /^The mail server does not offer STARTTLS, which is required \(50\d\)\.$/)
  assertSilent(error, credentials.pass)
  assert.deepEqual(commands, [])
  assert.equal(received.length, 0)
})

test('a certificate that nobody vouches for is not trusted', async (t) => {
  for (const encryption of ['tls', 'starttls'] as const) {
    const { port, received } = await startTestSmtpServer(t, { secure: encryption === 'tls' })
    const { send } = createSender({ ...plain, port, encryption, credentials })
    const error = await rejection(send(mail))
    assert.equal(
      error.message,
      'The mail server could not be reached: its TLS certificate is not signed by a trusted authority.',
    )
    assertSilent(error, credentials.pass)
    assert.equal(received.length, 0)
  }
})

test('credentials that are wrong are named by their code, and not tried again', async (t) => {
  let tries = 0
  const wrong = { ...credentials, pass: 'a wrong password' }
  const { send, received } = await start(
    t,
    { encryption: 'starttls', credentials: wrong },
    {
      onAuth(_auth, _session, callback) {
        tries += 1
        callback(new Error(`no ${wrong.pass}`))
      },
    },
  )
  const error = await rejection(send(mail))
  assert.equal(error.message, 'The mail server refused the user name or password (535).')
  assertSilent(error, wrong.pass, Buffer.from(wrong.pass).toString('base64'))
  assert.equal(tries, 1)
  assert.equal(received.length, 0)
})

test('what is refused for the moment is tried again after two seconds, once', async (t) => {
  let refusals = 0
  const { send, received, clock } = await start(
    t,
    {},
    {
      onRcptTo(_address, _session, callback) {
        refusals += 1
        callback(refusals === 1 ? refusal(451) : null)
      },
    },
  )
  const before = clock.now()
  await send(mail)
  assert.equal(received.length, 1)
  assert.ok(clock.now() - before >= 2000)

  let always = 0
  const never = await start(
    t,
    {},
    {
      onRcptTo(_address, _session, callback) {
        always += 1
        callback(refusal(450))
      },
    },
  )
  const error = await rejection(never.send(mail))
  assert.equal(error.message, 'The mail server refused the recipient for now (450).')
  assertSilent(error)
  assert.equal(always, 2)
})

test('what is refused for good is not tried again, and its words are not repeated', async (t) => {
  let refusals = 0
  const { send } = await start(
    t,
    {},
    {
      onRcptTo(_address, _session, callback) {
        refusals += 1
        callback(refusal(550))
      },
    },
  )
  const error = await rejection(send(mail))
  assert.equal(error.message, 'The mail server refused the recipient (550).')
  assertSilent(error)
  assert.equal(refusals, 1)
})

test('a server that cannot be reached is tried twice', async () => {
  const { send, clock } = createSender({ ...plain, port: await unusedPort() })
  const before = clock.now()
  const error = await rejection(send(mail))
  assert.equal(error.message, 'The mail server could not be reached: it refused the connection.')
  assertSilent(error)
  assert.ok(clock.now() - before >= 2000)
})

/** A server that does with each connection as it is told. */
async function startSilentServer(t: TestContext, connected: (socket: Socket) => void) {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => {}))
    connected(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, sockets }
}

test('a server that never answers is waited for fifteen seconds, then left', async (t) => {
  for (const greeting of ['', '220 hello\r\n']) {
    const { port, sockets } = await startSilentServer(t, (socket) => {
      socket.write(greeting)
      socket.resume()
    })
    const { send, clock } = createSender({ ...plain, port })
    const before = clock.now()
    const error = await rejection(send(mail))
    assert.equal(error.message, 'The mail server did not answer in time.')
    assertSilent(error)
    const waited = clock.now() - before
    assert.ok(waited >= 15_000 && waited < 60_000, String(waited))
    assert.equal(sockets.length, 1)
    const [socket] = sockets
    if (socket && !socket.closed) await once(socket, 'close')
  }
})

test('a server that closes after the message is not sent it again', async (t) => {
  let messages = 0
  const { port } = await startSilentServer(t, (socket) => {
    socket.write('220 hello\r\n')
    socket.on('data', (chunk) => {
      const text = chunk.toString()
      if (text.startsWith('DATA')) socket.write('354 go on\r\n')
      else if (/^(?:EHLO|MAIL|RCPT)/.test(text)) socket.write('250 ok\r\n')
      if (!text.endsWith('\r\n.\r\n')) return
      messages += 1
      socket.destroy()
    })
  })
  const { send } = createSender({ ...plain, port })
  const error = await rejection(send(mail))
  assert.match(error.message, /^The mail server closed the connection before answering/)
  assertSilent(error)
  assert.equal(messages, 1)
})

test('no name, reference or address becomes a header or another recipient', async (t) => {
  const { send, received } = await start(t)
  const injected = 'Books\r\nBcc: mallory@example.com\r\n\r\nbody'
  await send({ ...mail, merchantName: injected, order: { ...mail.order, reference: injected } })
  const { source = '', to } = received[0] ?? {}
  assert.deepEqual(to, [mail.to])
  const head = headOf(source)
  assert.deepEqual(
    head.filter((line) => /^bcc:/i.test(line)),
    [],
  )
  assert.ok(
    head.includes('From: "Books Bcc: mallory@example.com body" <payments@pay.example.com>'),
    head.join('\n'),
  )

  for (const to of [
    'john@example.com, mallory@example.com',
    'john@example.com\r\nRCPT TO:<mallory@example.com>',
    '<mallory@example.com>',
    'john',
    '',
  ]) {
    assertSilent(await rejection(send({ ...mail, to })), 'mallory')
  }
  assert.equal(received.length, 1)
})

const german = 'kunde@müller.de'
const international = 'jürgen@müller.de'

test('the domain of an address is sent in ASCII, in the envelope and in the head', async (t) => {
  let said = ''
  const { port } = await startSilentServer(t, (socket) => {
    socket.write('220 hello\r\n')
    socket.on('data', (chunk) => {
      const text = chunk.toString()
      said += text
      if (text.startsWith('DATA')) socket.write('354 go on\r\n')
      else if (/^(?:EHLO|MAIL|RCPT)/.test(text) || text.endsWith('\r\n.\r\n')) socket.write('250 ok\r\n')
    })
  })
  await createSender({ ...plain, port }).send({ ...mail, to: german })
  assert.match(said, /^RCPT TO:<kunde@xn--mller-kva\.de>\r$/m)
  assert.match(said, /^To: kunde@xn--mller-kva\.de\r$/m)
  assert.doesNotMatch(said, /müller/)
})

test('other letters than those of ASCII before the @ go to a server that takes them (RFC 6531)', async (t) => {
  for (const encryption of ['none', 'starttls'] as const) {
    const { send, received } = await start(t, { encryption })
    await send({ ...mail, to: international })
    assert.equal(received.length, 1)
    assert.match(received[0]?.to[0] ?? '', /^jürgen@(?:müller|xn--mller-kva)\.de$/)
  }
})

test('a server that does not take them is sent nothing, and it is said why', async (t) => {
  for (const encryption of ['none', 'starttls'] as const) {
    const commands: string[] = []
    const { send, received } = await start(
      t,
      { encryption },
      {
        hideSMTPUTF8: true,
        onMailFrom({ address }, _session, callback) {
          commands.push(address)
          callback()
        },
      },
    )
    const error = await rejection(send({ ...mail, to: international }))
    assert.equal(
      error.message,
      'The mail server does not accept email addresses with non-ASCII characters before the @ (RFC 6531).',
    )
    assertSilent(error, 'jürgen')
    assert.deepEqual([commands, received], [[], []])
  }
})

test('an address that a former version has kept is brought into the form that servers take', async (t) => {
  const { send, received } = await start(t)
  await send({ ...mail, to: 'john@EXAMPLE.com' })
  assert.deepEqual(received[0]?.to, ['john@example.com'])
})
