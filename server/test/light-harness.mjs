import hooks from 'node:async_hooks'

/*
 * node:test follows every promise by an asynchronous hook, to know which test an error that nobody caught belongs to:
 * a fifth of what our tests cost. Without the hook such an error fails the process that it was thrown in, and says so,
 * without the name of its test. Loaded by --import, where all tests are run.
 */
const { createHook } = hooks
if (process.argv[1]?.endsWith('.test.mjs')) hooks.createHook = () => createHook({})
