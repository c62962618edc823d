import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { SplitRole } from '../config/channel-settings.ts'

/** An account configuration whose links are sent at once. */
export const linkConfigurationId = 40

/** The databases of the API process and of the vault process. */
export function createBooks(folder: string) {
  const database = (role: SplitRole) => new DatabaseSync(join(folder, role, 'nam.db'), { timeout: 10_000 })

  function rows(role: SplitRole, sql: string) {
    const opened = database(role)
    try {
      return opened.prepare(sql).all()
    } finally {
      opened.close()
    }
  }

  return {
    rows,
    configure(): void {
      const opened = database('api')
      opened.exec(`insert into account_configuration (account_id, id, settings)
        select account_id, ${linkConfigurationId}, json_set(settings, '$.id', ${linkConfigurationId}, '$.flow.sendLink', 'sms')
        from account_configuration where id = 0`)
      opened.close()
    },
    /** What a request that died with its process waits for. */
    minutePasses(): void {
      const opened = database('api')
      opened.exec('update idempotent_request set running_until = 0 where running_until is not null')
      opened.close()
    },
  }
}
