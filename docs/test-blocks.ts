import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface Block {
  readonly language: string
  readonly code: string
}

/** The code blocks of a page, in their order. */
export const blocksOf = (page: string): readonly Block[] =>
  [...readFileSync(new URL(page, import.meta.url), 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', code = '']) => ({ language, code }),
  )

/** Runs commands of a page against a sandbox elsewhere. @returns what they print. */
export function runBlocks(
  code: string,
  {
    origin,
    folder,
    environment = {},
  }: {
    readonly origin: string
    /** With a `data/sandbox.json`, where the commands read it. */
    readonly folder?: string
    readonly environment?: Readonly<Record<string, string>>
  },
): Promise<string> {
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env
  const script = code.replaceAll('http://127.0.0.1:8080', origin)
  const options = {
    cwd: folder ?? fileURLToPath(new URL('..', import.meta.url)),
    env: { ...inherited, ...environment },
    timeout: 60_000,
  }
  return new Promise((resolve, reject) => {
    execFile('bash', ['-euo', 'pipefail', '-c', script], options, (error, output, complaint) => {
      if (error === null) resolve(output)
      else reject(new Error(`${script}\n${output}${complaint}`))
    })
  })
}
