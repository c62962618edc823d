import { exampleIds, exampleOrigins } from '../../base/openapi/example-region.ts'

const { session: sessionGuid, providerSession: providerSessionGuid, call: callGuid } = exampleIds

/** The digital example of contract/payment-api §2. */
const paymentData = {
  FirstName: 'John',
  Surname: 'Smith',
  Email: 'john.smith@mail.example',
  Street1: 'Hubska 52',
  City: 'Wroclaw',
  Postcode: '50-348',
  Country: 'GB',
  Amount: '12.40',
  Currency: 'GBP',
  CustomerPhoneNumber: '+48500000000',
  MerchantReferenceCode: 'order-1001',
}

export const createRequests = {
  onCall: {
    summary: 'An agent is on a call with the customer',
    value: {
      agentId: 'agent7',
      paymentData: { Amount: '12.40', Currency: 'GBP', MerchantReferenceCode: 'order-1001' },
    },
  },
  test: {
    summary: 'A test without a call',
    value: {
      agentId: 'agent7',
      skipCallTransfer: true,
      paymentData: { Amount: '12.40', Currency: 'GBP', MerchantReferenceCode: 'order-1001' },
    },
  },
}

export const createDigitalRequests = {
  byLink: { summary: 'The customer pays by a link', value: { agentId: 'agent7', paymentData } },
}

export const createdSessions = {
  opened: {
    summary: 'The session was opened',
    value: {
      sessionGuid,
      providerSessionGuid,
      iframeUrl: `${exampleOrigins.payment}/session/1/view/${providerSessionGuid}/framed`,
      agentAccessToken: 'eyJ0eXAiOiJ2aWV3K2p3dCIsImFsZyI6IkhTMjU2In0.e30.c2lnbmF0dXJl',
      agentRefreshToken: '9f86d081884c7d659a2feaa0c55ad015',
      paymentFormUrl: `${exampleOrigins.payment}/pay/4vJ9wq2Lr8Zk3sYtBn6HxA`,
    },
  },
}

const ids = {
  sessionGuid,
  providerSessionGuid,
  createdOn: '2026-11-30T09:28:22.781000Z',
}

const open = { ...ids, callGuid, lastUpdatedOn: '2026-11-30T09:28:40.114000Z', sessionState: 'InProgress' }

export const approvedSession = {
  ...ids,
  lastUpdatedOn: '2026-11-30T09:30:05.302000Z',
  sessionState: 'Finished',
  paymentResultData: {
    ...paymentData,
    decision: 'ACCEPT',
    reasonCode: '100',
    requestID: '7330125581296457703012',
    Amount: '1240',
    paymentOutcome: 'approved',
    cardBrand: 'visa',
    cardLast4: '1111',
    authorisationCode: '831000',
    gatewayReference: '7330125581296457703012',
  },
}

const cancelledSession = {
  ...ids,
  lastUpdatedOn: '2026-11-30T09:29:10.077000Z',
  sessionState: 'Cancelled',
  paymentResultData: { ...paymentData, paymentOutcome: 'cancelled' },
}

export const sessions = {
  open: { summary: 'Somebody is entering a card', value: open },
  approved: { summary: 'The payment was approved', value: approvedSession },
  declined: {
    summary: 'The payment was declined',
    value: {
      ...ids,
      lastUpdatedOn: '2026-11-30T09:30:05.302000Z',
      sessionState: 'Finished',
      paymentResultData: {
        ...paymentData,
        decision: 'REJECT',
        reasonCode: '204',
        paymentOutcome: 'declined',
        declineReason: 'insufficient-funds',
        cardBrand: 'visa',
        cardLast4: '9995',
      },
    },
  },
}

export const cancelledSessions = { cancelled: { summary: 'It was cancelled', value: cancelledSession } }

export const sessionLists = {
  page: {
    summary: 'A page of sessions',
    value: {
      sessions: [{ ...open, kind: 'agent-assist', agentId: 'agent7', accountConfigurationId: 0 }],
      nextCursor: 'MTc2NDQ5NDkwMjc4MTowMTk5NmYyZQ',
    },
  },
}

export const resendRequests = {
  sameAddress: { summary: 'To the same address', value: {} },
  otherAddress: { summary: 'To another address', value: { channel: 'sms', to: '+48500000001' } },
}

export const resentLinks = {
  sent: {
    summary: 'It was sent',
    value: {
      sessionGuid,
      channel: 'sms',
      paymentFormUrl: `${exampleOrigins.payment}/pay/4vJ9wq2Lr8Zk3sYtBn6HxA`,
    },
  },
}
