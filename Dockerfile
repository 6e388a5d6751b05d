# The application runs its TypeScript as it is: there is no build step, only generated code.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
# Prisma wants a schema-engine binary to exist and never runs it here: nothing is downloaded.
ENV PRISMA_SCHEMA_ENGINE_BINARY=/bin/true \
    PRISMA_HIDE_UPDATE_MESSAGE=1 \
    NPM_CONFIG_FUND=false \
    NPM_CONFIG_AUDIT=false \
    NPM_CONFIG_UPDATE_NOTIFIER=false
COPY package.json package-lock.json prisma.config.ts codegen.ts schema.graphql ./
COPY prisma prisma
COPY clients/typescript/operations clients/typescript/operations
# Installs and, in postinstall, generates the database client and the typed documents. Its own layer:
# changes of src keep it.
RUN --mount=type=cache,target=/root/.npm npm ci
# Leaves production dependencies. Without --omit=optional the Prisma CLI and its engines would stay, as
# @prisma/client names them as optional peers: 250 MB that nothing here runs. The package `node` brings a
# second runtime, for hosts without a current one: its place is taken by the image's own.
RUN npm prune --omit=dev --omit=optional --ignore-scripts \
    && rm -rf node_modules/node/node_modules node_modules/node/bin/node \
    && mkdir -p node_modules/node/bin \
    && ln -s /usr/local/bin/node node_modules/node/bin/node

FROM node:24.21.0-bookworm-slim
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Groundwire" \
      org.opencontainers.image.description="A GraphQL platform for answers that stand on documents." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# The limit of the young generation, which V8 reads only when it starts (src/v8-flags.ts), and of glibc's arenas: with
# its eight a worker keeps 100 MB more after a large document.
ENV NODE_ENV=production \
    NODE_OPTIONS=--max-semi-space-size=16 \
    MALLOC_ARENA_MAX=2 \
    PORT=4000 \
    DATA_DIR=/data
WORKDIR /app
# Owned by root and read by `node`: the process cannot change its own code.
COPY --from=build /app/node_modules node_modules
COPY package.json LICENSE ./
COPY prisma prisma
COPY bin bin
COPY clients clients
COPY src src
COPY --from=build /app/src/generated src/generated
COPY --from=build /app/clients/typescript/generated clients/typescript/generated
RUN chmod 0755 bin/groundwire.mjs \
    && ln -s /app/bin/groundwire.mjs /usr/local/bin/groundwire \
    # Where the embedded database goes if DATABASE_URL is absent.
    && install -d -o node -g node /data
USER node
EXPOSE 4000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=6 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["groundwire", "serve"]
