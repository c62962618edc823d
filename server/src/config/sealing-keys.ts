import { readFileSync } from 'node:fs'
import { fileFault } from '../base/files/file-fault.ts'

/** The first seals, all open. */
export type SealingKeys = readonly [Buffer, ...Buffer[]]

export interface ReadSealingKeys {
  /** The variable that they come from, or would. */
  readonly variable: string
  /** Null: there are none. */
  readonly keys: SealingKeys | null
  readonly faults: readonly string[]
}

/** The forms that base64 writes 32 bytes in, so that a text that is no base64 is not read as some. */
const keyPattern = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=?$/

/** Reads one key of 32 bytes in base64. Null when there is none, `undefined` when it is something else. */
export function readKey(text: string): Buffer | null | undefined {
  if (text === '') return null
  return keyPattern.test(text) ? Buffer.from(text, 'base64') : undefined
}

/**
 * Reads the sealing keys: from a variable with commas between, or from a file with commas or white space between.
 * No fault holds a key.
 *
 * @param keys as the variable has them; empty: not given.
 * @param file its name; empty: not given.
 */
export function readSealingKeys({
  keys,
  file,
}: {
  readonly keys: string
  readonly file: string
}): ReadSealingKeys {
  const variable = file === '' ? 'TONEGATE_SEALING_KEY' : 'TONEGATE_SEALING_KEY_FILE'
  if (file !== '' && keys !== '') {
    return {
      variable,
      keys: null,
      faults: ['TONEGATE_SEALING_KEY_FILE and TONEGATE_SEALING_KEY are both set. Set only one of them.'],
    }
  }
  if (file === '') return parse(variable, 'is', keys)
  try {
    const text = readFileSync(file, 'utf8')
    if (text.trim() !== '') return parse(variable, `is ${file}, which contains`, text)
    return { variable, keys: null, faults: [`${variable} is ${file}, which is empty.`] }
  } catch (error) {
    return {
      variable,
      keys: null,
      faults: [`${variable} is ${file}, which cannot be read: ${fileFault(error)}.`],
    }
  }
}

function parse(variable: string, holds: string, text: string): ReadSealingKeys {
  const given = text.split(/[\s,]+/).filter((each) => each !== '')
  const [first, ...more] = given.map((each) => Buffer.from(each, 'base64'))
  if (!first) return { variable, keys: null, faults: [] }
  if (given.every((each) => keyPattern.test(each))) return { variable, keys: [first, ...more], faults: [] }
  const what = given.length === 1 ? 'not 32 bytes in base64' : 'something that is not 32 bytes in base64'
  return {
    variable,
    keys: null,
    faults: [`${variable} ${holds} ${what}. Generate one: openssl rand -base64 32`],
  }
}
