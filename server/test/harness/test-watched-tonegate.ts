import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { SandboxFile } from '../../src/sandbox/sandbox-file.ts'
import { searchMemory, type Wanted } from './test-memory.ts'

/**
 * A whole Tonegate in a process of its own, started as it always is, whose memory can be searched; with a data folder
 * that goes with the test.
 */
export async function startWatchedTonegate(
  t: TestContext,
  environment: Readonly<Record<string, string>> = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-memory-'))
  const env = { ...process.env, PORT: '0', TONEGATE_DATA: folder, TONEGATE_REGIONS: 'nam', ...environment }
  const child = spawn(process.execPath, [fileOf('../../src/main.ts')], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    rmSync(folder, { recursive: true, force: true })
  })
  const origin = `http://127.0.0.1:${await portOf(child.stdout)}`
  const sandbox = JSON.parse(readFileSync(join(folder, 'sandbox.json'), 'utf8')) as SandboxFile
  const region = sandbox.regions.nam
  if (!region || child.pid === undefined) throw new Error('The process has no sandbox.')
  const { pid } = child

  return {
    origin,
    pid,
    region,
    /** What of it is in the process's memory; see {@link searchMemory}. */
    search: (wanted: Wanted) => searchMemory(pid, wanted),
    /** Runs a command of the administration beside the server, with what it is to read. */
    async admin(command: readonly string[], input: string): Promise<void> {
      const admin = spawn(process.execPath, [fileOf('../../src/admin.ts'), ...command], {
        env,
        stdio: ['pipe', 'ignore', 'inherit'],
      })
      admin.stdin.end(input)
      const [code] = await once(admin, 'exit')
      if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}.`)
    },
  }
}

const fileOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** The last line that a process writes before it answers tells its port. */
function portOf(output: Readable): Promise<string> {
  let text = ''
  return new Promise((resolve, reject) => {
    output.on('data', (part) => {
      text += part
      const [, port] = /"port":(\d+).*is ready"/.exec(text) ?? []
      if (port !== undefined) resolve(port)
    })
    output.once('end', () => reject(new Error(`The process has ended: ${text}`)))
  })
}
