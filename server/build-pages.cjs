/**
 * Builds the pages before `npm start`, where the packages that build them are installed. A production install has left
 * them out: the server starts with the pages that were built before, and says so if there are none.
 */
const { execSync } = require('node:child_process')

if (isInstalled('vite')) execSync('npm run build:pages --silent', { stdio: 'inherit' })

function isInstalled(name) {
  try {
    require.resolve(`${name}/package.json`)
    return true
  } catch {
    return false
  }
}
