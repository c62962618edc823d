import { command } from '../command.ts'

export const listAccounts = command({
  name: 'account list',
  summary: 'List the accounts of the region',
  options: {},
  async run({ accounts }) {
    const rows = (await accounts.list()).map(({ id, name, production }) => ({ id, name, production }))
    return { kind: 'listed', rows, none: 'No accounts.' }
  },
})
