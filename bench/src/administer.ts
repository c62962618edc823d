import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const entry = fileURLToPath(new URL('../../server/src/admin.ts', import.meta.url))

/** Runs an administration command on a data folder, and answers what it wrote. */
export async function administer(data: string, typed: readonly string[], piped = ''): Promise<string> {
  const env = { ...process.env, TONEGATE_DATA: data }
  const running = promisify(execFile)(process.execPath, [entry, ...typed], { env })
  running.child.stdin?.end(piped)
  return (await running).stdout
}
