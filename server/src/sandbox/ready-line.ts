import { renameSync, rmSync, writeFileSync } from 'node:fs'
import type { SandboxFile } from './sandbox-file.ts'

/** What a program that has started a sandbox needs to know, in one line of JSON. */
export interface ReadyLine {
  readonly event: 'ready'
  /** Below it are `/sandbox`, and all that `sandbox.json` names of the region. */
  readonly url: string
  readonly port: number
  readonly region: string
  readonly tokenUrl: string
  readonly apiUrl: string
  readonly clientId: string
  readonly clientSecret: string
  readonly agentId: string
  readonly simulatorUrl: string
}

/** Says that the sandbox is ready, with one client of its default region. */
export function readyLine({ default: region, regions, simulatorUrl }: SandboxFile, port: number): ReadyLine {
  const { tokenUrl = '', apiUrl = '', clients = [], users = [] } = regions[region] ?? {}
  const { clientId = '', clientSecret = '' } = clients.find(({ name }) => name === 'backend') ?? {}
  return {
    event: 'ready',
    url: new URL(simulatorUrl).origin,
    port,
    region,
    tokenUrl,
    apiUrl,
    clientId,
    clientSecret,
    agentId: users.find(({ agentId }) => agentId !== null)?.agentId ?? '',
    simulatorUrl,
  }
}

/**
 * Where a program waits for the line: a file that is there, whole and readable by its owner alone, as long as the sandbox
 * answers. What a former one has left is removed at once.
 *
 * @param file null: none is written.
 */
export function createReadyFile(file: string | null): { write(line: ReadyLine): void; remove(): void } {
  const remove = () => {
    if (file !== null) rmSync(file, { force: true })
  }
  remove()
  return {
    write(line) {
      if (file === null) return
      const written = `${file}.${process.pid}`
      writeFileSync(written, `${JSON.stringify(line)}\n`, { mode: 0o600, flag: 'wx' })
      renameSync(written, file)
    },
    remove,
  }
}
