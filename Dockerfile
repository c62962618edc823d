# The image of Tonegate: docs/container.md says how it is built and run. The first stage builds the package, which needs the
# development packages; the second has what was built and nothing else, and Node.js is the image's own.

FROM node:26-slim AS build
WORKDIR /tonegate
COPY . .
RUN npm ci && npm run docs:build && npm run build

FROM node:26-slim
WORKDIR /tonegate
COPY --from=build /tonegate/package.json package.json
COPY --from=build /tonegate/dist dist
RUN ln -s /tonegate/dist/tonegate.cjs /usr/local/bin/tonegate && install -d -o node -g node -m 700 /var/lib/tonegate
ENV HOST=0.0.0.0 PORT=8080 TONEGATE_DATA=/var/lib/tonegate
USER node
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK CMD ["node", "-e", "fetch('http://127.0.0.1:8080/healthz').then(({ ok }) => process.exit(ok ? 0 : 1))"]
CMD ["node", "dist/tonegate.cjs"]
