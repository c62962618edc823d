import '../needs.cjs'
import { parseArgs } from 'node:util'
import { startTonegate } from './app/app.ts'
import { startError } from './app/start-error.ts'
import { systemClock } from './base/clock.ts'
import { createLog } from './base/log.ts'
import { systemRandom } from './base/random.ts'
import { readConfig } from './config/config.ts'
import { welcome } from './sandbox/welcome.ts'

// Where it cannot be written, a full disk for one, what stands there is lost and the server goes on.
process.stdout.on('error', () => {})

try {
  const { values } = parseArgs({ options: { role: { type: 'string' } } })
  const config = readConfig({
    ...process.env,
    ...(values.role !== undefined && { TONEGATE_ROLE: values.role }),
  })
  const log = createLog(config.logLevel)
  const tonegate = await startTonegate(config, { clock: systemClock, random: systemRandom, log })
  if (tonegate.sandbox) process.stdout.write(welcome(tonegate.sandbox))

  /** The timers that a charge waits by do not keep the process alive; one of its own does, until all is done. */
  const stop = async (signal: string) => {
    log.info({ signal }, 'stopping')
    setInterval(() => {}, 60_000)
    await tonegate.close()
    log.info('stopped')
    process.exit(0)
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)

  // Whatever it would still do may be done by the other one.
  void tonegate.lost.then(() => process.exit(1))

  log.info({ port: tonegate.port, mode: config.mode, regions: config.regions }, 'Tonegate is ready')
} catch (error) {
  process.stderr.write(`${startError(error)}\n`)
  process.exit(1)
}
