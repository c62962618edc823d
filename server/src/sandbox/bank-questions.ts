import type { Clock } from '../base/clock.ts'
import type { CallPeers } from '../calls/peers/call-peers.ts'
import { askOthers, peersPath } from '../calls/peers/call-peers.ts'
import type { Http } from '../http/http.ts'
import type { IssuerQuestion, SandboxGateway } from '../vault/gateways/sandbox-gateway.ts'

type Decision = NonNullable<IssuerQuestion['decision']>

/** The questions of the sandbox's bank: each is in the memory of the node whose session it belongs to, and asked at any. */
export interface BankQuestions {
  find(reference: string): Promise<IssuerQuestion | undefined>
  /** Only the first decision counts. */
  decide(reference: string, decision: Decision): Promise<void>
  /** What other nodes ask of this one. */
  serve(app: Http): void
}

export function createBankQuestions({
  gateway,
  peers,
  clock,
}: {
  readonly gateway: Pick<SandboxGateway, 'issuerQuestion'>
  readonly peers: CallPeers
  readonly clock: Clock
}): BankQuestions {
  const asking = { peers, clock }

  function decideHere(reference: string, decision: Decision): void {
    const question = gateway.issuerQuestion(reference)
    if (question) question.decision ??= decision
  }

  return {
    async find(reference) {
      const asked = { path: '/sandbox/question', body: { reference } }
      const here = gateway.issuerQuestion(reference)
      if (here) return here
      const answers = await askOthers<{ readonly question: IssuerQuestion | null }>(asking, asked)
      return answers.find(({ question }) => question)?.question ?? undefined
    },

    async decide(reference, decision) {
      decideHere(reference, decision)
      if (gateway.issuerQuestion(reference)) return
      await askOthers(asking, { path: '/sandbox/decide', body: { reference, decision } })
    },

    serve(app) {
      app.post<{ Body: { readonly reference: string } }>(
        `${peersPath}/sandbox/question`,
        async ({ body }) => ({
          question: gateway.issuerQuestion(body.reference) ?? null,
        }),
      )
      app.post<{ Body: { readonly reference: string; readonly decision: Decision } }>(
        `${peersPath}/sandbox/decide`,
        async ({ body }) => {
          decideHere(body.reference, body.decision)
          return {}
        },
      )
    },
  }
}
