/** The browser pages are not there, or are those of another version. */
export class NotBuilt extends Error {
  constructor(what: string, options?: ErrorOptions) {
    super(`${what}. Build the browser pages with: npm run build`, options)
    this.name = 'NotBuilt'
  }
}
