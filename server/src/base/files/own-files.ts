import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Of the file that this has become part of. */
const ending = posix.extname(import.meta.url)

/** It runs as it was built, with all of its files in one folder; otherwise from its sources, as in a clone. */
export const isPackage = ending !== '.ts'

/** How an operator calls what it does. */
export const commands = isPackage
  ? { admin: 'tonegate', demo: 'tonegate demo', sandbox: 'tonegate sandbox', serve: 'tonegate serve' }
  : {
      ...{ admin: 'npm run --silent admin --', demo: 'npm run demo', sandbox: 'npm start' },
      serve: 'node_modules/.bin/node dist/tonegate.cjs serve',
    }

/** The folder of the browser pages that were built. */
export const pagesFolder = ownFolder('web/dist', 'web')

/** The folder of the documentation’s site, which has what was built of it in `dist`. */
export const siteFolder = ownFolder('site', 'site')

/**
 * The file that a thread or a process of its own begins with.
 *
 * @param path from the folder of the sources, without the ending: `store/embedded/sqlite-thread`.
 */
export function entryFile(path: string): URL {
  return new URL(isPackage ? `./${posix.basename(path)}${ending}` : `../../${path}.ts`, import.meta.url)
}

/** @param inClone from the root of a clone. @param inPackage beside what was built. */
function ownFolder(inClone: string, inPackage: string): string {
  return fileURLToPath(new URL(isPackage ? `./${inPackage}/` : `../../../../${inClone}/`, import.meta.url))
}
