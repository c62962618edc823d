import type { Bench } from './bench.ts'
import { startTonegate, type TonegateUnderTest } from './tonegate.ts'
import type { OnPostgres } from './with-postgres.ts'

/** Nodes of one database, and what an administrator needs beside them. */
export interface StartedNodes {
  /** By their own origins: what asks there asks that node. */
  readonly nodes: readonly TonegateUnderTest[]
  readonly data: string
  readonly environment: Readonly<Record<string, string>>
}

const domain = 'bench.example'

/** Starts so many nodes on one PostgreSQL database, with the same names, one after the other. */
export async function startNodes(
  { newFolder }: Pick<Bench, 'newFolder'>,
  keep: (started: TonegateUnderTest) => TonegateUnderTest,
  environmentFor: (data: string) => Promise<OnPostgres>,
  number: number,
): Promise<StartedNodes> {
  const data = newFolder('nodes')
  const environment = { ...(await environmentFor(data)), TONEGATE_DOMAIN: domain }
  const nodes: TonegateUnderTest[] = []
  while (nodes.length < number) {
    const node = keep(await startTonegate({ data, environment }))
    nodes.push({ ...node, tokenUrl: at(node, node.tokenUrl), apiUrl: at(node, node.apiUrl) })
  }
  return { nodes, data, environment }
}

/** What has a public name, where it is reached. */
const at = ({ origin }: TonegateUnderTest, url: string): string => `${origin}${new URL(url).pathname}`
