/** It was understood and cannot be done: a name is taken, there is no such client. Exit code 1. */
export class Refused extends Error {
  constructor(text: string) {
    super(text)
    this.name = 'Refused'
  }
}

/** It was not understood. Exit code 2. */
export class WrongUsage extends Error {
  constructor(text: string) {
    super(text)
    this.name = 'WrongUsage'
  }
}
