import { join } from 'node:path'

const site = join(import.meta.dirname, '..')

/** Of this build alone. */
export const workFolder = join(site, '.build', String(process.pid))

/** The texts as VitePress reads them. */
export const pagesFolder = join(workFolder, 'pages')

/** What it makes of them. */
export const outFolder = join(workFolder, 'dist')
