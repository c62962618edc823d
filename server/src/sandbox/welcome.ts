import { commands } from '../base/files/own-files.ts'
import type { SandboxFile } from './sandbox-file.ts'

/** What a newcomer sees at the start: the addresses, one client, and a line that works when it is pasted. */
export function welcome({ default: name, regions, simulatorUrl }: SandboxFile): string {
  const region = regions[name]
  const client = region?.clients.find(({ name }) => name === 'backend')
  if (!region || !client) return ''
  const others = Object.keys(regions).filter((each) => each !== name)
  return `
Tonegate sandbox, region ${name}${others.length > 0 ? ` (also served: ${others.join(', ')})` : ''}

  token endpoint   ${region.tokenUrl}
  Payment API      ${region.apiUrl}
  simulator        ${simulatorUrl}
  documentation    ${new URL('/docs/', simulatorUrl)}
  client id        ${client.clientId}
  client secret    ${client.clientSecret}

Users: ${region.users.map(({ username }) => username).join(', ')}.
Clients, one for each OAuth flow: ${region.clients.map(({ name }) => name).join(', ')}.
Their passwords and secrets are in sandbox.json, in the data folder.

Get an access token:

  curl -d grant_type=client_credentials -d scope=globalpci -d client_id=${client.clientId} -d client_secret=${client.clientSecret} ${region.tokenUrl}

See a payment in the browser: ${simulatorUrl}
In the terminal: ${commands.demo}

`
}
