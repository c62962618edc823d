/** The pages that stand where another cannot be shown. */
export const errorPageTexts = {
  'session-over': {
    heading: 'This payment session is over',
    advice: 'It has ended, or it never existed. Start a new payment from your desktop.',
  },
  'tokens-refused': {
    heading: 'This page cannot be opened again',
    advice: 'Its access has been used or has run out. Open the payment from your desktop once more.',
  },
  'link-over': {
    heading: 'This link has ended',
    advice: 'Ask the agent for a new one. If you have just paid, do not pay again.',
  },
  'our-fault': {
    heading: 'Something went wrong on our side',
    advice: 'Try once more in a moment. If you were paying, ask the agent first how it ended.',
  },
  'not-understood': {
    heading: 'This request was not understood',
    advice: 'Go back and try once more. If that does not help, ask the agent.',
  },
} as const satisfies Record<string, { readonly heading: string; readonly advice: string }>
