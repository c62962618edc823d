import { command } from '../command.ts'

/** The database is made when the region is opened for this command: what is left is to say so. */
export const createDatabase = command({
  name: 'database create',
  summary: 'Create the region’s database; in production nothing else does',
  options: {},
  createsDatabase: true,
  async run({ database: { region, place }, audit }) {
    await audit.write({ action: 'database.create', target: { kind: 'database', id: region }, account: null })
    return { kind: 'done', text: `${place} was created for the region ${region}.`, data: { region, place } }
  },
})
