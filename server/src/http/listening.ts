import type { Server } from 'node:net'

/** The variables that say where a process listens. */
export type ListenSetting = 'PORT' | 'TONEGATE_OPS_LISTEN' | 'TONEGATE_CHANNEL_LISTEN' | 'TONEGATE_NODE_URL'

/**
 * Resolves when a server listens.
 *
 * @throws what the operating system says where it cannot, with the `setting` that names the place.
 */
export function listening(
  server: Server,
  { setting, ...at }: { readonly host: string; readonly port: number; readonly setting: ListenSetting },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const cannot = (error: Error) => reject(Object.assign(error, { setting }))
    server.once('error', cannot)
    server.listen(at, () => {
      server.removeListener('error', cannot)
      resolve()
    })
  })
}
