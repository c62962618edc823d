import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The programs of the lab, and the packages of Debian 12 that they are in. */
export const programs = {
  rtpengine: 'rtpengine-daemon',
  kamailio: 'kamailio kamailio-utils-modules',
  sipp: 'sip-tester',
  'multimon-ng': 'multimon-ng',
  'espeak-ng': 'espeak-ng',
} as const

/** Those that this machine does not have. */
export function missingPrograms(): readonly (keyof typeof programs)[] {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']
  return (Object.keys(programs) as (keyof typeof programs)[]).filter(
    (name) => !folders.some((folder) => existsSync(join(folder, name))),
  )
}

/** Why a test of the lab cannot be run here; false when it can. */
export function withoutLab(): string | false {
  const missing = missingPrograms()
  return missing.length > 0 && `not installed: ${missing.join(', ')}`
}
