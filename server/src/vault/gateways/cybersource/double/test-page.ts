/** What the payment page tells of its customer's browser. */
export const page = {
  clientAddress: '192.0.2.7',
  browser: {
    acceptHeader: '*/*',
    userAgent: 'Mozilla/5.0',
    language: 'en',
    javaScriptEnabled: true,
    javaEnabled: false,
    colorDepth: 24,
    screenHeight: 900,
    screenWidth: 1440,
    timeZoneOffset: 0,
  },
} as const
