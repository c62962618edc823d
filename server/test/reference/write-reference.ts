import { writeFileSync } from 'node:fs'
import { generatedFiles } from './generated-files.ts'

for (const [name, text] of Object.entries(generatedFiles)) {
  writeFileSync(new URL(`../../../docs/${name}`, import.meta.url), text())
  process.stdout.write(`docs/${name}\n`)
}
