import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

export const credentials = { user: 'tonegate', pass: 'correct horse' }

interface Received {
  readonly from: string
  readonly to: readonly string[]
  readonly user: string | undefined
  readonly byTls: boolean
  readonly source: string
}

/** A mail server on this machine, with a certificate of its own, which keeps what it is sent. */
export async function startTestSmtpServer(t: TestContext, options: SMTPServerOptions = {}) {
  const received: Received[] = []
  const { key, cert } = testCertificate()
  const server = new SMTPServer({
    ...{ key, cert, authOptional: true, logger: false, closeTimeout: 100 },
    onAuth({ username, password }, _session, callback) {
      const isRight = username === credentials.user && password === credentials.pass
      if (isRight) callback(null, { user: credentials.user })
      else callback(new Error(`Wrong password ${password}`))
    },
    async onData(stream, { envelope, user, secure }, callback) {
      let source = ''
      for await (const chunk of stream) source += chunk
      const { mailFrom, rcptTo } = envelope
      received.push({
        from: mailFrom ? mailFrom.address : '',
        to: rcptTo.map(({ address }) => address),
        user: user === undefined ? undefined : String(user),
        byTls: secure,
        source,
      })
      callback()
    },
    ...options,
  })
  server.on('error', () => {})
  const listening = server.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  t.after(() => new Promise<void>((resolve) => server.close(resolve)))
  return { port: (listening.address() as AddressInfo).port, received, certificateAuthority: cert }
}

/** For `localhost`, for a day. */
function testCertificate(): { readonly key: string; readonly cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-smtp-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'],
      ...['-keyout', key, '-out', cert, '-subj', '/CN=Tonegate test'],
      ...['-addext', 'subjectAltName=DNS:localhost'],
    ],
    { stdio: 'ignore' },
  )
  const pair = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
  rmSync(folder, { recursive: true })
  return pair
}
