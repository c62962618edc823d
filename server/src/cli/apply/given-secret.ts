import type { WrongMember } from '../../base/problem.ts'
import type { AdminContext } from '../command.ts'
import { Refused } from '../refused.ts'
import type { DeclaredSecret } from './apply-document.ts'

type Sources = Pick<AdminContext, 'environment' | 'readText'>

/** No gateway’s settings are half as deep. */
const maxDepth = 50

/** A secret from where the document says that it stands. @returns undefined where it is not there, which is a fault. */
export async function givenSecret(
  { environment, readText }: Sources,
  declared: DeclaredSecret,
  { path, faults }: { readonly path: string; readonly faults: WrongMember[] },
): Promise<string | undefined> {
  if ('fromEnvironment' in declared) {
    const text = environment[declared.fromEnvironment]
    if (text) return text
    faults.push({
      path,
      message: `names the environment variable ${declared.fromEnvironment}, which is not set`,
    })
    return undefined
  }
  if (declared.fromFile === '-') {
    faults.push({ path, message: 'must name a file: standard input is for the document' })
    return undefined
  }
  try {
    const text = (await readText(declared.fromFile)).replace(/\r?\n$/, '')
    if (text !== '') return text
    faults.push({ path, message: `names the file ${declared.fromFile}, which is empty` })
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    faults.push({ path, message: error.message })
  }
  return undefined
}

/** Settings with each secret in its place, however deep. */
export async function withSecrets(
  sources: Sources,
  value: unknown,
  at: { readonly path: string; readonly faults: WrongMember[] },
): Promise<unknown> {
  if (typeof value !== 'object' || value === null) return value
  if (at.path.split('/').length > maxDepth) {
    at.faults.push({ path: at.path.slice(0, 100), message: 'is nested too deeply' })
    return undefined
  }
  if (isDeclared(value)) return givenSecret(sources, value, at)
  const inside = (name: string | number) => ({ ...at, path: `${at.path}/${name}` })
  if (Array.isArray(value))
    return Promise.all(value.map((each, index) => withSecrets(sources, each, inside(index))))
  const members = Object.entries(value).map(
    async ([name, member]) => [name, await withSecrets(sources, member, inside(name))] as const,
  )
  return Object.fromEntries(await Promise.all(members))
}

function isDeclared(value: object): value is DeclaredSecret {
  const [[name, text] = [], ...more] = Object.entries(value)
  return more.length === 0 && (name === 'fromEnvironment' || name === 'fromFile') && typeof text === 'string'
}
