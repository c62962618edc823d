import { readConfig } from '../../src/config/config.ts'
import { runAdmin } from './test-admin.ts'

/** Makes the databases that a production server is to start on, as its operator does. Those that are there stay as they are. */
export async function createDatabases(environment: NodeJS.ProcessEnv): Promise<void> {
  for (const region of readConfig(environment).regions) {
    const { code, complaint } = await runAdmin(environment, ['database', 'create', '--region', region])
    if (code !== 0 && !/exists already/.test(complaint)) throw new Error(complaint)
  }
}
