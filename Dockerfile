# One image for every role: control plane, worker, CLI. The role is the command.
FROM node:26-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:26-bookworm-slim
ENV NODE_ENV=production COUNTERSIGN_HOME=/var/lib/countersign
RUN useradd --system --uid 10001 --home-dir /var/lib/countersign --create-home countersign
WORKDIR /app
COPY --from=build --chown=root:root /app/package.json ./
COPY --from=build --chown=root:root /app/node_modules ./node_modules
COPY --from=build --chown=root:root /app/dist ./dist
COPY --from=build --chown=root:root /app/bin ./bin
USER countersign
ENTRYPOINT ["node", "bin/countersign.mjs"]
CMD ["--help"]
