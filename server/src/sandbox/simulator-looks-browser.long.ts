import { sharedBrowser } from '../../test/harness/test-browser.ts'
import { testSecondTab } from './test-second-tab.ts'
import { testLooks } from './test-simulator-looks.ts'

const browser = await sharedBrowser()

/** Those that `simulator-page-browser.long.ts` has not. */
for (const look of [
  { width: 1440, colorScheme: 'light', language: 'en' },
  { width: 1024, colorScheme: 'light', language: 'de' },
  { width: 390, colorScheme: 'light', language: 'pl' },
  { width: 320, colorScheme: 'dark', language: 'de' },
] as const) {
  testLooks(browser, look)
}

testSecondTab(browser, 'de')
testSecondTab(browser, 'pl')
