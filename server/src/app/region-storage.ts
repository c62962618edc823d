import { join } from 'node:path'
import type { Random } from '../base/random.ts'
import type { RegionName } from '../base/region.ts'
import { createSealer, type Sealer } from '../base/seal.ts'
import type { Config } from '../config/config.ts'
import { sandboxSealingKey } from '../config/sealing-key.ts'
import type { StorePlace } from '../store/open-store.ts'

/** The file of a region's database. */
export const databaseOf = (name: RegionName, { dataFolder }: Pick<Config, 'dataFolder'>): string =>
  join(dataFolder, `${name}.db`)

/** Where a region's database is. */
export const storeOf = (name: RegionName, config: Pick<Config, 'dataFolder' | 'storeUrl'>): StorePlace =>
  config.storeUrl === null ? { file: databaseOf(name, config) } : { url: config.storeUrl, schema: name }

/** A database in an operator's words: where it is, without the password. */
export function describePlace(place: StorePlace): string {
  if ('file' in place) return `The database ${place.file}`
  const [, database = ''] = /^[a-z]+:\/\/(?:[^/?#]*@)?([^?#]*)/.exec(place.url) ?? []
  return `The schema ${place.schema} of the PostgreSQL database ${database}`
}

/** The sealer that all of a process's sealers follow from. */
export function rootSealer({ sealingKeys, dataFolder }: Config, random: Random): Sealer {
  const [key, ...formerKeys] = sealingKeys ?? [sandboxSealingKey(dataFolder, random)]
  return createSealer(key, random, formerKeys)
}

/** The sealer of a region: what it seals opens in no other. */
export function sealerOf(name: RegionName, root: Sealer, random: Random): Sealer {
  const [key, ...formerKeys] = root.derivations(`region ${name}`)
  return createSealer(key, random, formerKeys)
}
