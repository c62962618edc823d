import '../needs.cjs'
import { version } from './app/version.ts'
import { systemClock } from './base/clock.ts'
import { runMcp } from './mcp/run-mcp.ts'

/** `tonegate mcp`, and `npm run --silent mcp` in a clone. */
const { promise: told, resolve: tell } = Promise.withResolvers<void>()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => tell())

const { env: environment, stdin, stdout, stderr } = process
const [first, ...rest] = process.argv.slice(2)
const words = first === 'mcp' ? rest : process.argv.slice(2)
process.exit(await runMcp({ words, environment, stdin, stdout, stderr, version, clock: systemClock, told }))
