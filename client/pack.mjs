import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/**
 * `npm pack` takes what this makes: JavaScript and declarations, and a package.json that leads to them. In the repository the
 * package leads to its sources, so its package.json is put aside for the while.
 */
const at = (name) => join(import.meta.dirname, name)
const aside = at('package.json.aside')

const steps = { prepack, postpack }
steps[process.argv[2]]?.()

function prepack() {
  postpack()
  rmSync(at('dist'), { recursive: true, force: true })
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc')
  execFileSync(process.execPath, [compiler, '-p', at('tsconfig.build.json')], { stdio: 'inherit' })
  declareAsJavaScript()
  copyFileSync(at('../LICENSE'), at('LICENSE'))
  copyFileSync(at('package.json'), aside)
  writeFileSync(at('package.json'), `${JSON.stringify(published(), null, 2)}\n`)
}

/** The compiler leaves `.ts` in what declarations import, which not every version of it finds. */
function declareAsJavaScript() {
  for (const name of readdirSync(at('dist'), { recursive: true })) {
    if (!name.endsWith('.d.ts')) continue
    const file = join(at('dist'), name)
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.replace(/(from ')(\.{1,2}\/[^']+)\.ts(?=')/g, '$1$2.js'))
  }
}

function published() {
  const { private: _, scripts, devDependencies, exports, ...rest } = JSON.parse(readFileSync(aside, 'utf8'))
  const compiled = Object.entries(exports).map(([name, source]) => {
    const path = source.replace('./src/', './dist/').replace(/\.ts$/, '')
    return [name, { types: `${path}.d.ts`, default: `${path}.js` }]
  })
  return { ...rest, exports: Object.fromEntries(compiled) }
}

function postpack() {
  rmSync(at('LICENSE'), { force: true })
  if (existsSync(aside)) renameSync(aside, at('package.json'))
}
