import { hash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Ends } from '../../harness/test-children.ts'
import { freePort } from '../../harness/test-free-port.ts'
import { createNode } from '../../harness/test-nodes.ts'
import type { FaultCase } from '../fault-case.ts'
import { findFaults } from '../ground/faults-found.ts'
import { prepareGround } from '../ground/ground.ts'
import { sell } from '../ground/sell.ts'

const damages: Readonly<Record<string, (file: string) => void>> = {
  'cut to the half': (file) => truncateSync(file, Math.floor(statSync(file).size / 2)),
  'cut to some bytes': (file) => truncateSync(file, 1_000),
  emptied: (file) => truncateSync(file, 0),
  'overwritten at its head': (file) => overwrite(file, 0, 100),
  'overwritten in its tables': (file) => overwrite(file, 4096, 8 * 4096),
  missing: (file) => rmSync(file),
}

/** The database of a server that has ended is damaged; the server is started on it, and then on the sound one. */
export const damagedFile: FaultCase = {
  name: 'The database’s file is damaged, cut short or missing',
  engine: 'SQLite',
  promise:
    'The server does not start, says why, and changes no byte of it; with the file from before it starts',
  async run(t) {
    const ground = await prepareGround(t, 1, { embedded: true })
    const [node] = ground.nodes.nodes
    if (!node) throw new Error('There is no server.')
    const selling = sell(ground)
    await pause(3_000)
    await selling.stop()
    await node.stop()
    const faults: string[] = []
    for (const [what, damage] of Object.entries(damages)) {
      faults.push(...(await startDamaged(t, ground.nodes.environment, { what, damage, folder: node.folder })))
    }
    await node.start()
    const found = await findFaults(ground)
    return {
      done: `${Object.keys(damages).length} kinds of damage`,
      faults: [...faults, ...found.faults],
    }
  },
}

async function startDamaged(
  t: Ends,
  environment: Readonly<Record<string, string>>,
  {
    what,
    damage,
    folder,
  }: { readonly what: string; readonly damage: (file: string) => void; readonly folder: string },
): Promise<readonly string[]> {
  const copy = mkdtempSync(join(tmpdir(), 'tonegate-damaged-'))
  t.after(() => rmSync(copy, { recursive: true, force: true }))
  cpSync(folder, copy, { recursive: true })
  const file = join(copy, 'nam.db')
  damage(file)
  const before = contentOf(file)
  const node = createNode({ folder: copy, log: `${copy}.log`, port: await freePort(), environment })
  t.after(() => rmSync(`${copy}.log`, { force: true }))
  try {
    await node.start()
    await node.stop()
    return [`a file that is ${what}: the server starts`]
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    return [
      ...(/database/i.test(said) && !/^ +at /m.test(said)
        ? []
        : [`a file that is ${what}: it says only ‘${said}’`]),
      ...(contentOf(file) === before ? [] : [`a file that is ${what} was changed`]),
    ]
  } finally {
    await node.kill()
  }
}

const contentOf = (file: string): string | undefined =>
  existsSync(file) ? hash('sha256', readFileSync(file)) : undefined

function overwrite(file: string, at: number, bytes: number): void {
  writeSync(openSync(file, 'r+'), Buffer.alloc(bytes, 0xa5), 0, bytes, at)
}
