import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const root = resolve(import.meta.dirname, '../..')

/**
 * Packs a copy of the client, as `npm pack -w client` does, and installs the package in an empty folder.
 *
 * @returns the folder.
 */
export async function installPackage(folder: string): Promise<string> {
  const copy = join(folder, 'repository')
  const shop = join(folder, 'a shop')
  mkdirSync(join(copy, 'client'), { recursive: true })
  mkdirSync(shop)
  for (const name of ['LICENSE', 'tsconfig.base.json', 'client']) {
    const filter = (path: string) => !/\/(?:node_modules|dist)$/.test(path)
    cpSync(join(root, name), join(copy, name), { recursive: true, filter })
  }
  for (const name of ['node_modules', 'client/node_modules']) symlinkSync(join(root, name), join(copy, name))
  const run = (cwd: string, ...words: readonly string[]) => promisify(execFile)('npm', words, { cwd })
  await run(join(copy, 'client'), 'pack', '--silent', '--pack-destination', folder)
  await run(
    shop,
    'install',
    '--offline',
    '--no-audit',
    '--no-fund',
    '--silent',
    join(folder, 'tonegate-client-0.1.0.tgz'),
  )
  return shop
}
