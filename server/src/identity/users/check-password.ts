import { isSameDigest } from '../../base/signing/same-secret.ts'
import { canonicalPassword, currentSettings, type Derive, saltBytes } from './hash-password.ts'

/** `outdated`: right, and kept by other settings than the ones of today. `unreadable`: no password is right. */
export type CheckedPassword = 'right' | 'outdated' | 'wrong' | 'unreadable'

/** A password as it is kept. */
interface KeptPassword {
  readonly salt: Uint8Array
  readonly tag: Uint8Array
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
}

/** Compared with when there is nothing to compare with. */
const dummy: KeptPassword = {
  ...currentSettings,
  salt: new Uint8Array(saltBytes),
  tag: new Uint8Array(currentSettings.tagLength),
}

/**
 * Checks a password against what is kept of it. One hash is derived, whatever is kept: where there is nothing, or
 * nothing that can be read, by the settings of today, so that the time does not tell who has an account.
 *
 * @param kept the PHC string; `undefined` when there is no such person.
 */
export async function checkPassword(
  password: string | Uint8Array,
  kept: string | undefined,
  derive: Derive,
): Promise<CheckedPassword> {
  const known = kept === undefined ? undefined : readKeptPassword(kept)
  const { salt, tag, memory, passes, parallelism } = known ?? dummy
  const derived = await derive({
    message: canonicalPassword(password),
    nonce: salt,
    memory,
    passes,
    parallelism,
    tagLength: tag.length,
  })
  const isEqual = isSameDigest(derived, tag)
  if (known === undefined) return kept === undefined ? 'wrong' : 'unreadable'
  if (!isEqual) return 'wrong'
  return isCurrent(known) ? 'right' : 'outdated'
}

const form =
  /^\$argon2id\$v=19\$m=([1-9]\d{0,5}),t=([1-9]\d?),p=([1-9]\d?)\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/

/** More would let one row of the database keep the server busy. */
const most = { memory: 65_536, passes: 10, parallelism: 4 } as const

function readKeptPassword(text: string): KeptPassword | undefined {
  const [, memoryText, passesText, parallelismText, saltText = '', tagText = ''] = form.exec(text) ?? []
  const memory = Number(memoryText)
  const passes = Number(passesText)
  const parallelism = Number(parallelismText)
  const isBounded = memory <= most.memory && passes <= most.passes && parallelism <= most.parallelism
  if (!isBounded || memory < 8 * parallelism) return undefined
  const salt = readBase64(saltText)
  const tag = readBase64(tagText)
  return salt && tag && { salt, tag, memory, passes, parallelism }
}

/** Base64 without padding, in the one spelling that its bytes have. */
function readBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64').replaceAll('=', '') === text ? new Uint8Array(bytes) : undefined
}

const isCurrent = ({ salt, tag, memory, passes, parallelism }: KeptPassword): boolean =>
  salt.length === saltBytes &&
  tag.length === currentSettings.tagLength &&
  memory === currentSettings.memory &&
  passes === currentSettings.passes &&
  parallelism === currentSettings.parallelism
