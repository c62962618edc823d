import { databaseOf, rootSealer, sealerOf } from '../../server/src/app/region-storage.ts'
import { systemClock } from '../../server/src/base/clock.ts'
import { createGuids } from '../../server/src/base/guid.ts'
import { createLog } from '../../server/src/base/log.ts'
import { Problem } from '../../server/src/base/problem.ts'
import { systemRandom } from '../../server/src/base/random.ts'
import { type Config, readConfig } from '../../server/src/config/config.ts'
import { regionValue } from '../../server/src/config/regions.ts'
import { createHttp } from '../../server/src/http/http.ts'
import { createIdentity } from '../../server/src/identity/identity.ts'
import { openSqlite } from '../../server/src/store/sqlite.ts'

/**
 * A second process on the database of a server, with the identity server alone: it issues and takes tokens, and takes up
 * no session, as a server would, of which a data folder has one. Behind its bearer check there is nothing to be found.
 */
export async function createTokenReader(config: Config) {
  const name = config.defaultRegion
  const region = regionValue(name, config, config.port)
  const parts = { clock: systemClock, random: systemRandom, region, log: createLog(config.logLevel) }
  const store = await openSqlite(databaseOf(name, config))
  const identity = await createIdentity({
    ...parts,
    store,
    settings: config,
    stylesheet: '',
    sealer: sealerOf(name, rootSealer(config, systemRandom), systemRandom),
    newGuid: createGuids(parts),
  })
  const app = createHttp({ ...parts, proxy: config.proxy })
  identity.routes(app)
  app.get('/globalpci/v1/session/:guid', async (request) => {
    await identity.bearer(request)
    throw new Problem('not-found', 'No payment session has this id.')
  })
  app.addHook('onClose', async () => {
    await identity.close()
    await store.close()
  })
  return app
}

if (import.meta.main) {
  const config = readConfig(process.env)
  await (await createTokenReader(config)).listen({ host: config.host, port: config.port })
}
