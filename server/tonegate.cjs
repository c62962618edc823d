#!/usr/bin/env node
/**
 * What `tonegate` runs first, in the package. It is written for any Node.js, and where this one cannot run the rest, it says
 * so in a sentence.
 */
const { engines } = require('../package.json')

const needed = engines.node.replace('>=', '')
const isAtLeast = ([major, minor], [neededMajor, neededMinor]) =>
  major > neededMajor || (major === neededMajor && minor >= neededMinor)
const numbersOf = (version) => version.split('.').map(Number)

if (isAtLeast(numbersOf(process.versions.node), numbersOf(needed))) {
  import('./tonegate.js')
} else {
  process.stderr.write(
    `Tonegate needs Node.js ${needed} or newer, and this is Node.js ${process.versions.node} (${process.execPath}).\n`,
  )
  process.exitCode = 1
}
