import { writeFileSync } from 'node:fs'
import { join, parse, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'vite'

const threads = [resolve(import.meta.dirname, '../../src/store/embedded/sqlite-thread.ts')]

/**
 * Makes one file of each module and all that it imports, `<name>.mjs`, with what several share in files of their own. A
 * process starts in a fraction of the time, of which most goes into finding and reading hundreds of modules one by one.
 *
 * @param input a path or a package by each name.
 * @param folder where the files go.
 */
export async function bundle(input: Readonly<Record<string, string>>, folder: string): Promise<void> {
  const { NODE_ENV } = process.env
  await build({
    root: resolve(import.meta.dirname, '../..'),
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    ssr: { noExternal: true },
    build: {
      ssr: true,
      target: 'esnext',
      minify: false,
      outDir: folder,
      rolldownOptions: {
        input: { ...input },
        output: { entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
      },
    },
  })
  // A thread begins with a file beside the one that starts it.
  for (const thread of threads) {
    writeFileSync(join(folder, `${parse(thread).name}.mjs`), `import '${pathToFileURL(thread)}'\n`)
  }
  // Vite sets it, and npm would install less for it.
  if (NODE_ENV === undefined) delete process.env.NODE_ENV
}
