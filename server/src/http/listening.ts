import type { Server } from 'node:net'

/** Resolves when a server listens. @throws what the operating system says where it cannot. */
export function listening(
  server: Server,
  at: { readonly host: string; readonly port: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(at, () => {
      server.removeListener('error', reject)
      resolve()
    })
  })
}
