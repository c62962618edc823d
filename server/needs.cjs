/**
 * What every command needs before it can read its first source: the packages, and a Node.js that runs the sources as
 * they are. Where one is missing, this says in a sentence what to do, instead of the error that would follow. It is
 * loaded by the commands of package.json (`node --require`), and is written for any Node.js.
 */
const { engines } = require('../package.json')

const fault = packagesFault() || nodeFault()
if (fault) {
  process.stderr.write(`${fault}\n`)
  process.exit(1)
}

function packagesFault() {
  try {
    require.resolve('fastify')
    return undefined
  } catch {
    return 'The packages of Tonegate are not installed. Install them first, with: npm ci'
  }
}

function nodeFault() {
  const needed = engines.node.replace('>=', '')
  if (isAtLeast(numbersOf(needed), numbersOf(process.versions.node))) return undefined
  return (
    `Tonegate needs Node.js ${needed} or newer, and this is Node.js ${process.versions.node} (${process.execPath}). ` +
    'The command npm ci installs one that fits, which npm start, npm run admin and npm run demo then use.'
  )
}

function isAtLeast([neededMajor, neededMinor = 0], [major, minor]) {
  return major > neededMajor || (major === neededMajor && minor >= neededMinor)
}

function numbersOf(version) {
  return version.split('.').map(Number)
}
