import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

/**
 * For the browsers of `docs/browsers.md`. One entry a page; the server writes the HTML and finds the files through the manifest. JSX is compiled as
 * `tsconfig.json` says.
 */
export default defineConfig({
  plugins: [compressAssets()],
  build: {
    manifest: true,
    target: ['es2022', 'chrome103', 'edge103', 'firefox115', 'safari16.4'],
    modulePreload: false,
    rolldownOptions: {
      input: [
        'src/agent-view/main.tsx',
        'src/pages/pages.css',
        'src/payment-page/main.ts',
        'src/issuer-page/main.ts',
        'src/simulator/main.tsx',
      ],
    },
  },
})

/** Puts `.br` and `.gz` beside each file, so that the server compresses nothing while it serves. */
function compressAssets(): Plugin {
  return {
    name: 'compress-assets',
    async writeBundle({ dir = 'dist' }) {
      const folder = join(dir, 'assets')
      const files = await readdir(folder)
      await Promise.all(files.map((file) => compress(join(folder, file))))
    },
  }
}

async function compress(file: string): Promise<void> {
  const content = await readFile(file)
  await writeFile(`${file}.br`, await promisify(brotliCompress)(content))
  await writeFile(`${file}.gz`, await promisify(gzip)(content, { level: 9 }))
}
