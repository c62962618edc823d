import type { Generator } from './load/generator.ts'
import type { Plan } from './measure.ts'
import type { Section } from './report.ts'
import type { ServerProcess } from './server-process.ts'

/** What every scenario is given. */
export interface Bench {
  readonly generator: Generator
  readonly plan: Plan
  /** A new, empty folder, removed at the end of the run. */
  newFolder(name: string): string
}

/** Measures one thing from beginning to end, and leaves no process behind. */
export type Scenario = (bench: Bench) => Promise<readonly Section[]>

/** Uses servers and stops them, whatever happens. */
export async function withServers<T>(
  use: (keep: <S extends { readonly server: ServerProcess } | ServerProcess>(started: S) => S) => Promise<T>,
): Promise<T> {
  const servers: ServerProcess[] = []
  try {
    return await use((started) => {
      servers.push('server' in started ? started.server : started)
      return started
    })
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
}
