import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, relative, resolve } from 'node:path'
import { Instrumenter } from '@stryker-mutator/instrumenter'
import type { Area } from './mutant-areas.ts'

const root = resolve(import.meta.dirname, '../../..')

export interface Mutant {
  readonly id: string
  /** From the root of the checkout. */
  readonly file: string
  readonly mutatorName: string
  readonly replacement: string
  readonly location: { readonly start: Position; readonly end: Position }
}

interface Position {
  readonly line: number
  readonly column: number
}

/** A copy of the checkout, in whose sources all mutants are; an environment variable chooses one. */
export interface Copy {
  readonly folder: string
  /** The files of the area's tests, from its root. */
  readonly tests: readonly string[]
  remove(): void
}

export async function makeMutants(
  name: string,
  area: Area,
): Promise<Copy & { readonly mutants: readonly Mutant[] }> {
  const folder = mkdtempSync(join(tmpdir(), `tonegate-mutants-${name}-`))
  copyCheckout(folder)
  const sources = globSync(area.sources, { cwd: root }).filter(
    (file) => !/(^|\/)test-|\.(test|long|soak)\.ts$/.test(file),
  )
  return {
    folder,
    tests: globSync(area.tests, { cwd: root }),
    mutants: await instrument(folder, sources.sort()),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** What a mutant is put in the place of. */
export function originalOf({ file, location: { start, end } }: Mutant): string {
  const lines = readFileSync(join(root, file), 'utf8')
    .split('\n')
    .slice(start.line, end.line + 1)
  const last = lines.length - 1
  return lines
    .map((line, index) => line.slice(index === 0 ? start.column : 0, index === last ? end.column : undefined))
    .join('\n')
}

/** With the packages of this checkout. */
function copyCheckout(copy: string): void {
  for (const folder of ['server', 'protocol', 'web', 'client', 'bench', 'docs']) {
    cpSync(join(root, folder), join(copy, folder), {
      recursive: true,
      filter: (file) => basename(file) !== 'node_modules',
    })
  }
  cpSync(join(root, 'package.json'), join(copy, 'package.json'))
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
}

/** The log that Stryker's instrumenter wants. */
const silent = new Proxy({}, { get: (_, name) => (String(name).startsWith('is') ? () => false : () => {}) })

async function instrument(copy: string, sources: readonly string[]): Promise<readonly Mutant[]> {
  const files = sources.map((file) => ({
    name: join(copy, file),
    content: readFileSync(join(copy, file), 'utf8'),
    mutate: true,
  }))
  // Texts are judged by those who read them.
  const options = { plugins: null, excludedMutations: ['StringLiteral'], ignorers: [], noHeader: false }
  const { files: written, mutants } = await new Instrumenter(silent as never).instrument(files, options)
  const mutated = new Set(mutants.map(({ fileName }) => fileName))
  for (const { name, content } of written) if (mutated.has(name)) writeFileSync(name, content)
  return mutants
    .filter(({ status }) => status === undefined)
    .map((mutant) => ({ ...mutant, file: relative(copy, mutant.fileName) })) as unknown as readonly Mutant[]
}
