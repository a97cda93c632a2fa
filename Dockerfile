# syntax=docker/dockerfile:1
ARG NODE_IMAGE=node:24-bookworm-slim

# Everything that building takes: re2 is compiled from source.
FROM ${NODE_IMAGE} AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 make g++ \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json .npmrc setup.js ./
RUN node setup.js --packages
COPY tsconfig.json tsconfig.build.json tsconfig.types.json ./
COPY build build
COPY src src
COPY rules rules
RUN node setup.js --build && npm prune --omit=dev

# Only what runs.
FROM ${NODE_IMAGE}
ENV NODE_ENV=production KNELL_HTTP=0.0.0.0:8322 KNELL_RULES=/app/rules
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY --from=build /app/rules rules
USER node
EXPOSE 8322
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8322/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "dist/main.cjs"]
CMD ["serve"]
