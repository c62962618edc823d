import { setTimeout as pause } from 'node:timers/promises'
import type { Ends } from '../../harness/test-children.ts'
import { mountSmallDisk } from '../../harness/test-small-disk.ts'
import type { FaultCase, FaultPlan, Outcome } from '../fault-case.ts'
import { bringBack, untilServed } from '../ground/bring-back.ts'
import { findFaults } from '../ground/faults-found.ts'
import { prepareGround } from '../ground/ground.ts'
import { ownPostgres } from '../ground/own-postgres.ts'
import { sell } from '../ground/sell.ts'
import { grouped, inFigures } from '../in-figures.ts'

const fullMilliseconds = 5_000
const times = 3

/** The disk of the database is filled to the last byte under load, and emptied again. */
export const diskFull = (engine: FaultCase['engine']): FaultCase => ({
  name: 'The disk of the database is full',
  engine,
  promise:
    'Nothing is charged that cannot be written down; requests are answered with 503, until there is room',
  async run(t, plan) {
    const disk = mountSmallDisk(
      { after: (end) => t.after(end), skip() {} },
      { mebibytes: engine === 'SQLite' ? 24 : 256 },
    )
    if (!disk) return { done: '', faults: [], skipped: 'this machine lets nobody mount a file system' }
    return fillAgain(t, plan, { engine, disk })
  },
})

async function fillAgain(
  t: Ends,
  { nodes }: FaultPlan,
  {
    engine,
    disk,
  }: { readonly engine: FaultCase['engine']; readonly disk: NonNullable<ReturnType<typeof mountSmallDisk>> },
): Promise<Outcome> {
  const flags = { max_wal_size: '48MB', min_wal_size: '32MB' }
  const own = engine === 'SQLite' ? undefined : await ownPostgres(t, { flags, parent: disk.dataFolder })
  const ground = own
    ? await prepareGround(t, nodes, { store: own.store })
    : await prepareGround(t, 1, { embedded: true, folder: disk.dataFolder })
  const served: number[] = []
  for (let time = 0; time < times; time += 1) {
    const selling = sell(ground)
    await pause(1_500)
    disk.fill()
    await pause(fullMilliseconds)
    disk.makeRoom()
    if (own && !own.postgres.isRunning()) await own.postgres.start()
    served.push(await untilServed(ground))
    await selling.stop()
  }
  const ended = await bringBack(ground)
  const found = await findFaults(ground)
  return {
    done: `${times} times full for ${fullMilliseconds / 1000} s, ${inFigures(found)}; served again within ${grouped(Math.max(...served))} ms`,
    faults: [...(ended > 0 ? [`${ended} servers have ended`] : []), ...found.faults],
  }
}
