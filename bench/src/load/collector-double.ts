import { createServer } from 'node:http'

/** A collector that takes every trace and keeps none: what it costs is the sender's part. */
export interface CollectorDouble {
  /** Where it takes them. */
  readonly path: string
}

const { port, path } = JSON.parse(process.argv[2] ?? '{}') as CollectorDouble & { readonly port: number }
createServer((request, response) => {
  request.resume().once('end', () => {
    response.writeHead(request.url === path ? 200 : 404, { 'content-type': 'application/x-protobuf' }).end()
  })
}).listen(port, '127.0.0.1')
