import { exampleIds } from '../../base/openapi/example-region.ts'

export const operationRequests = {
  all: { summary: 'All that is left', value: {} },
  part: { summary: 'A part', value: { amount: '5.00' } },
}

const refund = {
  operationId: '01996f3a-1b2c-7d3e-8f40-516273849506',
  type: 'refund',
  status: 'succeeded',
  amount: '5.00',
  requestedOn: '2026-11-30T10:05:00.120000Z',
  completedOn: '2026-11-30T10:05:00.731000Z',
  requestedBy: { kind: 'client', id: exampleIds.client },
}

const { completedOn: _, ...pendingRefund } = { ...refund, status: 'pending' }

const payment = {
  sessionGuid: exampleIds.session,
  status: 'partially-refunded',
  currency: 'GBP',
  authorizedAmount: '12.40',
  capturedAmount: '12.40',
  refundedAmount: '5.00',
  pendingRefundAmount: '0.00',
  refundableAmount: '7.40',
  gateway: 'sandbox',
  gatewayReference: '7330125581296457703012',
  operations: [refund],
}

export const payments = { partlyRefunded: { summary: 'A part was refunded', value: payment } }

export const doneOperations = {
  refunded: { summary: 'A refund of a part', value: { operation: refund, payment } },
}

export const pendingOperations = {
  pending: {
    summary: 'A refund that the gateway has not answered',
    value: {
      operation: pendingRefund,
      payment: {
        ...payment,
        status: 'captured',
        refundedAmount: '0.00',
        pendingRefundAmount: '5.00',
        operations: [pendingRefund],
      },
    },
  },
}
