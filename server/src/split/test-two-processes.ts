import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { channelKey, channelPorts, freePort } from '../../test/harness/test-processes.ts'
import type { SplitRole } from '../config/channel-settings.ts'
import { createBooks } from './test-books.ts'
import { type Moment, startChannelProxy } from './test-channel-proxy.ts'
import { createTestProgram } from './test-program.ts'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))

/** The API process and the vault process, a proxy between them, and the folders of their data. */
export async function startTwoProcesses(moment: Moment, happening: () => Promise<'cut' | 'go on'>) {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-lost-'))
  const channel = await channelPorts()
  const ports = { api: await freePort(), vault: await freePort() }
  const proxy = await startChannelProxy(channel.vault, moment, happening)
  const processes: Partial<Record<SplitRole, ChildProcess>> = {}
  let vaultLog = ''

  async function start(role: SplitRole): Promise<void> {
    const child = spawn(process.execPath, [main], {
      env: {
        ...process.env,
        PORT: String(ports[role]),
        TONEGATE_DATA: join(folder, role),
        TONEGATE_REGIONS: 'nam',
        TONEGATE_LOG_LEVEL: 'info',
        TONEGATE_ROLE: role,
        TONEGATE_CHANNEL_KEY: channelKey,
        TONEGATE_CHANNEL_LISTEN: `127.0.0.1:${channel[role]}`,
        TONEGATE_CHANNEL_PEER: `https://127.0.0.1:${role === 'api' ? proxy.port : channel.api}`,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    processes[role] = child
    child.stderr.resume()
    child.stdout.on('data', (part) => {
      if (role === 'vault') vaultLog += part
    })
    await until('it is ready', async () => {
      assert.equal(child.exitCode, null, `the ${role} ended by itself`)
      return (await fetch(`http://127.0.0.1:${ports[role]}/readyz`)).ok
    })
  }

  async function kill(role: SplitRole): Promise<void> {
    const child = processes[role]
    delete processes[role]
    if (!child) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  return {
    processes,
    hasHappened: proxy.hasHappened,
    arm: proxy.arm,
    start,
    kill,
    books: createBooks(folder),
    program: createTestProgram(folder, ports),
    links: () => vaultLog.split('a payment link was sent').length - 1,
    close(): void {
      for (const child of Object.values(processes)) child.kill('SIGKILL')
      proxy.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Looks again and again; gives up after a minute and a half, for a machine that has much else to do. */
export async function until(what: string, look: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 900; tries += 1) {
    if (await Promise.try(look).catch(notYet)) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`It did not come to be: ${what}.`)
}

function notYet(error: unknown): false {
  if (error instanceof assert.AssertionError) throw error
  return false
}
