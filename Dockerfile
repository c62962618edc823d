# The image of Tonegate: docs/container.md says how it is built and run. The first stage builds the pages, which needs the
# development packages; the second has none of them, nor what only their debuggers read, and Node.js is the image's own.

FROM node:26-slim AS build
WORKDIR /tonegate
COPY . .
RUN npm ci && npm run build
RUN npm ci --omit=dev --omit=optional && find node_modules -name '*.map' -delete

FROM node:26-slim
WORKDIR /tonegate
COPY --from=build /tonegate/package.json package.json
COPY --from=build /tonegate/node_modules node_modules
COPY --from=build /tonegate/protocol protocol
COPY --from=build /tonegate/server server
COPY --from=build /tonegate/web/dist web/dist
RUN install -d -o node -g node -m 700 /var/lib/tonegate
ENV HOST=0.0.0.0 PORT=8080 TONEGATE_DATA=/var/lib/tonegate
USER node
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK CMD ["node", "-e", "fetch('http://127.0.0.1:8080/healthz').then(({ ok }) => process.exit(ok ? 0 : 1))"]
CMD ["node", "--require", "./server/needs.cjs", "server/src/main.ts"]
