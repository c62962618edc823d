import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { entryFile } from '../base/files/own-files.ts'
import { readJson } from '../base/text/read-json.ts'
import type { SandboxFile } from './sandbox-file.ts'

/** A sandbox to send requests to, and how to leave it. */
export interface UsedSandbox {
  readonly sandbox: SandboxFile
  /** Stops the server if it was started here; leaves a running one alone. */
  stop(): Promise<void>
}

/** The sandbox that runs on this data folder, or else one of its own: on a free port, with data that it throws away. */
export async function useSandbox(dataFolder: string): Promise<UsedSandbox> {
  const running = readSandbox(dataFolder)
  if (running && (await isReady(running))) return { sandbox: running, stop: async () => {} }
  return startSandbox()
}

async function startSandbox(): Promise<UsedSandbox> {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-'))
  const main = fileURLToPath(entryFile('main'))
  const server = spawn(process.execPath, [main], {
    env: { ...process.env, PORT: '0', TONEGATE_DATA: folder, TONEGATE_LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  const stop = async () => {
    server.kill('SIGTERM')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  for (let tries = 0; tries < 1200 && server.exitCode === null; tries += 1) {
    const sandbox = readSandbox(folder)
    if (sandbox && (await isReady(sandbox))) return { sandbox, stop }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await stop()
  throw new Error('The sandbox did not start. See the server’s output above.')
}

function readSandbox(dataFolder: string): SandboxFile | undefined {
  try {
    return readJson(readFileSync(join(dataFolder, 'sandbox.json'))) as SandboxFile | undefined
  } catch {
    return undefined
  }
}

async function isReady({ simulatorUrl }: SandboxFile): Promise<boolean> {
  try {
    return (await fetch(new URL('/readyz', simulatorUrl))).ok
  } catch {
    return false
  }
}
