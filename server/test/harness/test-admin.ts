import assert from 'node:assert/strict'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { administer } from '../../src/app/administration/administer.ts'

/** Runs a command of the administration as `npm run admin` does, in the test's own process. */
export async function runAdmin(
  environment: NodeJS.ProcessEnv,
  typed: readonly string[],
  piped = '',
  ofProcess?: Parameters<typeof administer>[3],
): Promise<{ readonly code: number; readonly answer: string; readonly complaint: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const said = [text(stdout), text(stderr)] as const
  const stdin = Readable.from([Buffer.from(piped)])
  const code = await administer(typed, environment, { stdin, stdout, stderr }, ofProcess)
  stdout.end()
  stderr.end()
  const [answer, complaint] = await Promise.all(said)
  return { code, answer, complaint }
}

/**
 * Commands for the data folder of a sandbox, of which none fails.
 *
 * @returns what runs one, and resolves with its answer.
 */
export function adminOf({ folder }: { readonly folder: string }, ...always: readonly string[]) {
  const environment = { TONEGATE_DATA: folder }
  return async (typed: readonly string[], piped = ''): Promise<string> => {
    const { code, answer, complaint } = await runAdmin(environment, [...typed, ...always], piped)
    assert.equal(code, 0, complaint)
    return answer
  }
}

/** Those of the sandbox's own account. */
export const demoAdminOf = (sandbox: { readonly folder: string }) => adminOf(sandbox, '--account', 'Demo nam')
