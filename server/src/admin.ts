import '../needs.cjs'
import { administer } from './app/administer.ts'

/** `npm run admin`. */
process.exitCode = await administer(process.argv.slice(2), process.env, process)
