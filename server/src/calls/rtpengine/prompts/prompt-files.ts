import { join } from 'node:path/posix'
import type { Said } from '../../line-control.ts'

const keyPattern = /^[a-z0-9-]{1,64}$/

/**
 * The audio files of what is said, one after the other: `<folder>/<language>/<key>.wav`, on the engine's machine. Several
 * keys have a space between them; a key that is no name is left out.
 */
export function promptFiles(folder: string, { key, language }: Said): readonly string[] {
  const keys = key.split(' ').filter((each) => keyPattern.test(each))
  return keys.map((each) => join(folder, language, `${each}.wav`))
}
