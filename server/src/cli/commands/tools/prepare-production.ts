import { commands } from '../../../base/files/own-files.ts'
import { toolCommand } from '../../command.ts'
import { WrongUsage } from '../../refused.ts'
import type { Prepared } from '../../tools.ts'

export const prepareProduction = toolCommand({
  name: 'init',
  summary: 'Prepare a production installation: its settings, a sealing key and the data folder',
  options: {
    domain: { value: 'DOMAIN', required: true, help: 'example.com, for https://nam.example.com and so on' },
    data: { value: 'FOLDER', help: 'the data folder; default: /var/lib/tonegate' },
    store: {
      value: 'URL',
      help: 'postgres://…, a PostgreSQL database instead; - reads it from standard input, which keeps its password out of the list of processes',
    },
    folder: { value: 'FOLDER', help: 'where settings and key are written; default: /etc/tonegate' },
    user: {
      value: 'NAME',
      help: 'the user that the service runs as, who gets what only the service may read; needs root',
    },
  },
  async run({ program, region = 'nam', prepare, readText }, given) {
    const { domain, data, store, folder = '/etc/tonegate', user } = given
    if (data !== undefined && store !== undefined)
      throw new WrongUsage('--data and --store exclude each other: the data is in one place.')
    const prepared = await prepare({
      ...{ domain, region, folder, user, data: data ?? '/var/lib/tonegate' },
      store: store === '-' ? (await readText('-')).trim() : store,
    })
    const next = nextCommands(prepared, { program, isService: user !== undefined })
    return { kind: 'done', text: textOf(prepared, next), data: { ...prepared, next } }
  },
})

function nextCommands(
  { environment }: Prepared,
  { program, isService }: { readonly program: string; readonly isService: boolean },
): readonly string[] {
  const admin = isService ? 'tonegate-admin' : program
  const account = '--account "Harbour Street Books"'
  return [
    ...(isService ? [] : [`set -a && . '${environment.replaceAll("'", `'\\''`)}' && set +a`]),
    `${admin} database create`,
    `${admin} account create "Harbour Street Books" --production`,
    `${admin} administrator create ada ${account} --generate`,
    `${admin} client create orders ${account} --flow client_credentials --scope globalpci`,
    `${admin} gateway put bank ${account} --kind connector --settings gateway.json`,
    `${admin} configuration put configuration.json ${account}`,
    isService ? 'systemctl enable --now tonegate.service' : commands.serve,
  ]
}

function textOf(
  { environment, sealingKey, dataFolder, region, hosts }: Prepared,
  next: readonly string[],
): string {
  const [last = ''] = hosts.slice(-1)
  const look = next.find((line) => line.includes('database create'))?.replace('database create', 'doctor')
  return [
    `The region ${region} is prepared:`,
    `  ${environment}  the settings`,
    `  ${sealingKey}  the sealing key; keep a copy of it apart from the backups`,
    ...(dataFolder === null ? [] : [`  ${dataFolder}  the data folder`]),
    '',
    'Next, with your own names (docs/gateways.md and docs/configuration.md describe the two files):',
    ...next.map((line) => `  ${line}`),
    '',
    `In front of the server, a TLS proxy for ${hosts.slice(0, -1).join(', ')} and ${last}: docs/proxies.md.`,
    `One file can declare all of the account instead: docs/apply.md. Whether everything is there: ${look}`,
  ].join('\n')
}
