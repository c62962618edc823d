import type { FormParameters } from '../endpoints/form-parameters.ts'

/** What the person is to be asked, or not to be asked at all (OpenID Connect Core §3.1.2.1). */
export type Prompt = 'none' | 'login' | 'consent'

/** To choose an account is to sign in: our sign-in page asks for the username. */
const prompts: ReadonlyMap<string, Prompt> = new Map([
  ['none', 'none'],
  ['login', 'login'],
  ['select_account', 'login'],
  ['consent', 'consent'],
])

/** @returns `undefined` for an unknown value, and for `none` together with another. */
export function readPrompt(sent: string | undefined): ReadonlySet<Prompt> | undefined {
  const read = new Set<Prompt>()
  for (const word of wordsOf(sent)) {
    const prompt = prompts.get(word)
    if (prompt === undefined) return undefined
    read.add(prompt)
  }
  return read.has('none') && read.size > 1 ? undefined : read
}

/**
 * The same request for the time after the person has done what it asked for, which would otherwise be asked
 * again and again. Who signs in has an age of nothing, so that `max_age=0`, which means the same as
 * `prompt=login`, goes with it. So does `id_token_hint`: whoever has signed in is the person that it names.
 *
 * Nothing is lost by trusting a parameter here: the whole request comes from the person's browser, where
 * anybody who holds it could have left `prompt` out before. A client that must know asks for `auth_time` in the
 * ID token and looks at it, as OpenID Connect Core §3.1.2.1 has it.
 */
export function afterPrompt(parameters: FormParameters, done: 'login' | 'consent'): FormParameters {
  const left = wordsOf(parameters.get('prompt')).filter((word) => prompts.get(word) !== done)
  const after = new Map(parameters)
  if (left.length === 0) after.delete('prompt')
  else after.set('prompt', left.join(' '))
  if (done === 'login' && Number(parameters.get('max_age')) === 0) after.delete('max_age')
  if (done === 'login') after.delete('id_token_hint')
  return after
}

const wordsOf = (text = ''): readonly string[] => text.split(' ').filter((word) => word !== '')
