import { resolve } from 'node:path'
import { build } from 'vite'

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
  // Vite sets it, and npm would install less for it.
  if (NODE_ENV === undefined) delete process.env.NODE_ENV
}
