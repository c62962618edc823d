import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream'
import type { TestContext } from 'node:test'

/**
 * For the tests: stands where a TLS proxy does, and says that everything came by https, whatever its sender says.
 *
 * @param port of the server behind it.
 * @param tls its key and certificate; without them it only says that it has some.
 * @returns the port that it listens on.
 */
export async function startTerminator(
  t: TestContext,
  port: number,
  tls?: { readonly key: string; readonly cert: string },
): Promise<number> {
  const pass = (incoming: IncomingMessage, answer: ServerResponse): void => {
    const { method, url: path } = incoming
    const headers = { ...incoming.headers, 'x-forwarded-proto': 'https', 'x-forwarded-for': '192.0.2.1' }
    const passed = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (from) => {
      if (answer.destroyed) return void from.resume()
      answer.writeHead(from.statusCode ?? 502, from.headers)
      pipeline(from, answer, () => {})
    })
    passed.on('error', () => answer.destroy())
    incoming.pipe(passed)
  }
  const proxy = tls ? createTlsServer(tls, pass) : createServer(pass)
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    proxy.closeAllConnections()
    proxy.close()
  })
  return (proxy.address() as AddressInfo).port
}
