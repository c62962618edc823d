import '../needs.cjs'
import { administer } from './administer.ts'

/** `npm run admin`. */
process.exitCode = await administer(process.argv.slice(2), process.env, process)
