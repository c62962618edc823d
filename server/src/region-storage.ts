import { join } from 'node:path'
import type { Random } from './base/random.ts'
import type { RegionName } from './base/region.ts'
import { createSealer, type Sealer } from './base/seal.ts'
import type { Config } from './config.ts'
import { sandboxSealingKey } from './sealing-key.ts'

/** The file of a region's database. */
export const databaseOf = (name: RegionName, { dataFolder }: Pick<Config, 'dataFolder'>): string =>
  join(dataFolder, `${name}.db`)

/** The sealer that all of a process's sealers follow from. */
export const rootSealer = ({ sealingKey, dataFolder }: Config, random: Random): Sealer =>
  createSealer(sealingKey ?? sandboxSealingKey(dataFolder, random), random)

/** The sealer of a region: what it seals opens in no other. */
export const sealerOf = (name: RegionName, root: Sealer, random: Random): Sealer =>
  createSealer(root.derive(`region ${name}`), random)
