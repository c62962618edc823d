import '../needs.cjs'
import { parseArgs } from 'node:util'
import { startTonegate } from './app/app.ts'
import { createEnding, createStartEnding } from './app/end-on-signal.ts'
import { endingSignals } from './app/ending-signals.ts'
import { exitCodes, startError, startExitCode } from './app/start-error.ts'
import { version } from './app/version.ts'
import { systemClock } from './base/clock.ts'
import { createLog } from './base/log.ts'
import { systemRandom } from './base/random.ts'
import { type Config, readConfig } from './config/config.ts'
import { createMetrics } from './metrics/metrics.ts'
import { createReadyFile, readyLine } from './sandbox/ready-line.ts'
import { createSandboxClock } from './sandbox/time/sandbox-clock.ts'
import { welcome } from './sandbox/welcome.ts'

// Where it cannot be written, a full disk for one, what stands there is lost and the server goes on.
process.stdout.on('error', () => {})

try {
  const { values } = parseArgs({ options: { role: { type: 'string' } } })
  const config = readConfig({
    ...process.env,
    ...(values.role !== undefined && { TONEGATE_ROLE: values.role }),
  })
  let end = createStartEnding({ ...config, exit: process.exit })
  for (const signal of endingSignals) process.on(signal, () => end(signal))
  const readyFile = createReadyFile(config.readyFile)
  process.on('exit', readyFile.remove)
  const log = createLog(config.logLevel)
  const metrics = config.life.opsListen
    ? createMetrics({ version, token: config.metricsToken, clock: systemClock })
    : undefined
  const clock = isAlone(config) ? createSandboxClock(systemClock) : systemClock
  const surroundings = { clock, random: systemRandom, log, metrics }
  const tonegate = await startTonegate(config, surroundings)
  if (tonegate.sandbox) {
    const ready = readyLine(tonegate.sandbox, tonegate.port)
    process.stdout.write(`${welcome(tonegate.sandbox)}${JSON.stringify(ready)}\n`)
    readyFile.write(ready)
  }

  const endInOrder = createEnding({ ...surroundings, tonegate, config, exit: process.exit })
  end = (signal) => {
    keepAlive()
    endInOrder(signal)
  }

  // Whatever it would still do may be done by the other one.
  void tonegate.lost.then(() => process.exit(exitCodes.failed))

  const { port, opsPort } = tonegate
  const { mode, regions } = config
  log.info({ port, opsPort, mode, regions }, 'Tonegate is ready')
} catch (error) {
  process.stderr.write(`${startError(error)}\n`)
  process.exit(startExitCode(error))
}

/** A sandbox whose time nobody shares. */
function isAlone({ mode, role, storeUrl }: Config): boolean {
  return mode === 'sandbox' && role === 'both' && storeUrl === null
}

/** The timers that a charge waits by do not keep the process alive; one of its own does, until all is done. */
function keepAlive(): void {
  setInterval(() => {}, 60_000)
}
