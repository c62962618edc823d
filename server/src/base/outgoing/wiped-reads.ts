import type { OnReadOpts, Socket } from 'node:net'

/** What one read of a socket takes, as Node.js reads it. */
const readBytes = 64 * 1024

/**
 * Whatever a connection of this thread brings is read into this one buffer, parsed before the next read, and
 * overwritten: the buffers that Node.js reads into by itself cannot be reached, and keep what they held.
 */
const readBuffer = Buffer.from(new ArrayBuffer(readBytes))

/**
 * For a socket's `onread`: its reads are in a buffer of ours, as `data` events, and gone when those have been heard.
 *
 * @param socket is asked for when something has been read.
 */
export const wipedReads = (socket: () => Socket): OnReadOpts => ({
  buffer: readBuffer,
  callback(length) {
    const read = readBuffer.subarray(0, length)
    socket().emit('data', read)
    read.fill(0)
    return true
  },
})
