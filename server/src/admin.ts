import '../needs.cjs'
import { administer } from './app/administration/administer.ts'
import { createBreakOff } from './app/backup/break-off.ts'
import { giveWay } from './app/backup/give-way.ts'

const ofProcess = { giveWay, breakOff: createBreakOff(process) }

/** `npm run admin`. */
process.exitCode = await administer(process.argv.slice(2), process.env, process, ofProcess)
