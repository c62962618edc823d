import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const entry = fileURLToPath(new URL('../../dist/tonegate.cjs', import.meta.url))

/** Runs an administration command on a data folder, with the environment of its server, and answers what it wrote. */
export async function administer(
  data: string,
  typed: readonly string[],
  {
    piped = '',
    environment = {},
  }: { readonly piped?: string; readonly environment?: Readonly<Record<string, string>> | undefined } = {},
): Promise<string> {
  const env = { ...process.env, TONEGATE_DATA: data, ...environment }
  const running = promisify(execFile)(process.execPath, [entry, ...typed], { env })
  running.child.stdin?.end(piped)
  return (await running).stdout
}
