import type { SessionResult } from '@tonegate/protocol/outcome'
import type { Guid } from '../base/guid.ts'
import type { Http } from '../http/http.ts'
import type { ProviderReports } from '../payments/provider.ts'
import type { OrderedPayment } from '../vault/model/payment-summary.ts'
import type { SessionProgress } from '../vault/model/session-progress.ts'
import type { AskOtherProcess } from './ask-other-process.ts'

/** The API process: takes what the vault reports. A report counts as taken when it was answered with 200. */
export function serveReports(reports: ProviderReports): (app: Http) => void {
  return (app) => {
    app.post<{ Body: { readonly guid: Guid } }>('/api/v1/reports/progress', async ({ body }) => {
      await reports.recordProgress(body.guid)
      return {}
    })
    app.post<{ Body: CourseBody }>('/api/v1/reports/course', async ({ body }) => {
      await reports.recordCourse(body.guid, body.progress)
      return {}
    })
    app.post<{ Body: OperationBody }>('/api/v1/reports/operation', async ({ body }) => {
      await reports.recordOperation(body.guid, body.ordered)
      return {}
    })
    app.post<{ Body: SessionResult }>('/api/v1/reports/result', async ({ body }) => {
      await reports.recordResult(body)
      return {}
    })
  }
}

/** The vault process: hands its reports to the other. Each rejects when it was not taken for certain. */
export const remoteReports = (ask: AskOtherProcess): ProviderReports => ({
  async recordProgress(guid) {
    await ask('/api/v1/reports/progress', { guid })
  },
  async recordResult(result) {
    await ask('/api/v1/reports/result', result)
  },
  async recordCourse(guid, progress) {
    await ask('/api/v1/reports/course', { guid, progress } satisfies CourseBody)
  },
  async recordOperation(guid, ordered) {
    await ask('/api/v1/reports/operation', { guid, ordered } satisfies OperationBody)
  },
})

interface CourseBody {
  readonly guid: Guid
  readonly progress: readonly SessionProgress[]
}

interface OperationBody {
  readonly guid: Guid
  readonly ordered: OrderedPayment
}
